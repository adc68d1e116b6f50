// The same deeds by mouse and by keyboard alone. With the keyboard every stop on the way has to show that it has the focus.
import {eventually, expect} from './browser.mjs';

const row = (id) => `#rows tr[data-id="${id}"] a`;

export class Mouse {
  constructor(page) { this.page = page; }

  async open(id) { await this.page.click(`#rows tr[data-id="${id}"] td:nth-child(4)`); }
  async close() { await this.page.click('#close'); }
  async play() {
    const box = await this.page.locator('#audio').boundingBox();
    await this.page.mouse.click(box.x + 24, box.y + box.height / 2);
  }
  async cancel() {
    await this.page.click('#cancel');
    await this.page.click('#cancel-yes');
  }
  async search({id = '', organization = '', status = ''}) {
    await this.page.fill('#find-id', id);
    await this.page.fill('#find-organization', organization);
    await this.page.selectOption('#find-status', status);
    await this.page.click('#search button.main');
  }
  async clear() { await this.page.click('#clear'); }
  async turn(to) { await this.page.click(`#${to}`); }
  async theme(name) { await this.page.selectOption('#theme', name); }
  async give_token(token) {
    await this.page.fill('#token', token);
    await this.page.click('#login-form button');
  }
  async after_close() {}
}

export class Keyboard {
  constructor(page) { this.page = page; }

  // Tab until the element has the focus; from the top of the page, so that everything on the way is passed.
  async reach(selector) {
    for (let stops = 0; stops < 150; ++stops) {
      if (await this.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
      await this.page.keyboard.press('Tab');
      await this.is_seen();
    }
    throw new Error(`the keyboard never reaches ${selector}`);
  }

  async is_seen() {
    const seen = await this.page.evaluate(() => {
      const here = document.activeElement;
      if (!here || here === document.body || here.tagName === 'AUDIO' || here.tagName === 'DIALOG') return '';
      const style = getComputedStyle(here), box = here.getBoundingClientRect();
      const visible = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 1 && box.height > 1;
      return visible ? '' : here.outerHTML.slice(0, 120);
    });
    expect(seen === '', `it does not show that it has the focus: ${seen}`);
  }

  async press(selector) {
    await this.reach(selector);
    await this.page.keyboard.press('Enter');
  }
  async write(selector, text) {
    await this.reach(selector);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.type(text);
  }
  async choose(selector, value) {
    await this.reach(selector);
    await this.page.keyboard.press('Home');
    for (let steps = 0; steps < 10; ++steps) {
      if (await this.page.evaluate((where) => document.querySelector(where).value, selector) === value) return;
      await this.page.keyboard.press('ArrowDown');
    }
    throw new Error(`${selector} has no ${value}`);
  }

  async open(id) {
    this.opened = id;
    await this.press(row(id));
  }
  async close() { await this.page.keyboard.press('Escape'); }
  async play() {
    await this.reach('#audio');
    await this.page.keyboard.press('Space');
  }
  async cancel() {
    await this.press('#cancel');
    // The harmless answer has the focus first.
    await eventually('the question has the focus', () => this.page.evaluate(() => document.activeElement.id === 'cancel-no'));
    await this.page.keyboard.press('Shift+Tab');
    await this.press('#cancel-yes');
  }
  async search({id = '', organization = '', status = ''}) {
    await this.write('#find-id', id);
    await this.write('#find-organization', organization);
    await this.choose('#find-status', status);
    await this.press('#search button.main');
  }
  async clear() { await this.press('#clear'); }
  async turn(to) { await this.press(`#${to}`); }
  async theme(name) { await this.choose('#theme', name); }
  async give_token(token) {
    await this.write('#token', token);
    await this.page.keyboard.press('Enter');
  }
  // Whoever closes a job stands where they opened it.
  async after_close() {
    await eventually('the focus is back on the row', () => this.page.evaluate((where) => document.activeElement?.matches(where), row(this.opened)));
  }
}
