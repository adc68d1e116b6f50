// What an operator does in the console, from a job's creation by a client to its end, in a real browser against a real gateway.
//   story.mjs mouse|keyboard     with CONSOLE, CLIENT, SIMULATOR (addresses), KEY, TOKEN (may be empty), FOLDER (for the browser's profile; SHOTS: where screenshots go)
import {readFileSync, mkdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {open_browser, watch, eventually, expect} from './browser.mjs';
import {Mouse, Keyboard} from './hands.mjs';

const {CONSOLE, CLIENT, SIMULATOR, KEY, TOKEN = '', FOLDER} = process.env;
const way = process.argv[2];
const shots = process.env.SHOTS ?? `${FOLDER}/shots`;
mkdirSync(shots, {recursive: true});
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// ---- the client's side

async function client(method, path, body, organization = 'org_abc123') {
  const answer = await fetch(`${CLIENT}/v1/music/${organization}/generations${path}`, {method, headers: {'X-API-Key': KEY, 'Content-Type': 'application/json'}, body: body && JSON.stringify(body)});
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
const create = async (title, organization) =>
  (await client('POST', '', {engine: 'studio', prompt: `a piece called ${title}`, duration_seconds: 30, title}, organization)).id;

// ---- the upstream's side

async function control(method, path, body) {
  const answer = await fetch(`${SIMULATOR}/_control/${path}`, {method, headers: {'Content-Type': 'application/json'}, body: body && JSON.stringify(body)});
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
const set_credits = (credits) => control('PUT', 'credits', {credits, extra_credits: 0});
// Some tasks end only when they are told to, however long a browser on a busy machine takes to get there.
async function finish(words) {
  const [task] = (await control('GET', `tasks?sound_contains=${encodeURIComponent(words)}`)).tasks;
  await control('POST', `tasks/${task.task_id}/finish`, {result: 'success'});
}

// ---- the page's side

const browser = await open_browser(`${FOLDER}/profile`);
const page = browser.pages()[0] ?? await browser.newPage();
page.setDefaultTimeout(15000);
const seen = watch(page, new URL(CONSOLE).origin);
const hand = way === 'keyboard' ? new Keyboard(page) : new Mouse(page);

const text_of = (selector) => page.locator(selector).innerText();
const ids = () => page.$$eval('#rows tr', (rows) => rows.map((row) => row.dataset.id));
const shown = (id) => eventually(`${id} is in the table`, async () => (await ids()).includes(id));
const status_is = (word) => eventually(`the job is ${word}`, async () => (await text_of('#detail-status .badge')) === word);
const only = (wanted) => eventually(`the table shows ${wanted}`, async () => JSON.stringify(await ids()) === JSON.stringify(wanted));

async function open(id) {
  await shown(id);
  await hand.open(id);
  await eventually('the dialog is open', async () => (await text_of('#detail-heading')) === id && page.$eval('#detail', (it) => it.open));
}

async function close() {
  await hand.close();
  await eventually('the dialog is closed', () => page.$eval('#detail', (it) => !it.open));
  await hand.after_close();
}

// Everything that axe finds, contrast (AA) included, and nothing wider than the screen.
async function judge(what) {
  await page.evaluate(`${axe};0`);  // not as a script of the page, which its policy forbids
  const found = await page.evaluate(() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}));
  const breaches = found.violations.map((each) => `${each.id}: ${each.help}: ${each.nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ''}`).join('; ')}`);
  expect(breaches.length === 0, `${what}:\n${breaches.join('\n')}`);
  expect(found.passes.some((each) => each.id === 'color-contrast'), `${what}: the contrast was not measured`);
  const unsure = found.incomplete.filter((each) => each.id === 'color-contrast').flatMap((each) => each.nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ''}`));
  expect(unsure.length === 0, `${what}: contrast that could not be measured: ${unsure.join('; ')}`);
}

async function shoot(name, fullPage = false) {
  await page.screenshot({path: `${shots}/${way}-${name}.png`, fullPage});
}

async function in_all_looks(name) {
  for (const [size, width, height] of [['desktop', 1280, 800], ['phone', 390, 844], ['narrow', 360, 640]]) {
    await page.setViewportSize({width, height});
    for (const colorScheme of size === 'narrow' ? ['light'] : ['light', 'dark']) {
      await page.emulateMedia({colorScheme});
      await judge(`${name}, ${size}, ${colorScheme}`);
      const wide = await page.evaluate(() => [document.documentElement, document.querySelector('dialog')].map((it) => it.scrollWidth - it.clientWidth));
      expect(wide.every((each) => each <= 0), `${name}, ${size}: ${wide} px wider than the screen`);
      await page.evaluate(() => scrollTo(0, 0));
      if (size !== 'narrow') await shoot(`${name}-${size}-${colorScheme}`, size === 'phone' && name === 'list');
    }
  }
  await page.emulateMedia({colorScheme: 'light'});
  await page.setViewportSize({width: 1280, height: 800});
}

// ---- the story

async function come_in() {
  await page.goto(`${CONSOLE}/console`);
  if (TOKEN) {
    await eventually('it asks for the token', () => page.isVisible('#login'));
    await judge('the question for the token');
    await shoot('login');
    await hand.give_token('not-the-token-at-all');
    await eventually('a wrong token is told', async () => (await text_of('#login-trouble')) !== '');
    await eventually('the browser notes the refused requests', () => seen.refused() > 0 && seen.forgiven(/status of 401/) === seen.refused());
    await hand.give_token(TOKEN);
  }
  await eventually('it is live', async () => (await text_of('#live')) === 'Live');
}

async function watch_one_finish() {
  const title = 'Morning Rain <img src=x onerror=alert(1)>';
  const id = await create(title);
  await open(id);
  await eventually('a title is text, whatever it says', async () => (await text_of('#detail-title')) === title);
  await eventually('its progress moves', () => page.$eval('#detail-status progress', (bar) => bar.value > 0 && bar.value < 100));
  await shoot('running');
  await finish('Morning Rain');
  await status_is('Succeeded');
  const steps = await page.$$eval('#timeline li b', (all) => all.map((each) => each.textContent));
  for (const step of ['Created', 'Submitted', 'Accepted upstream', 'Succeeded']) expect(steps.includes(step), `the timeline lacks ${step}: ${steps}`);
  const timeline = await text_of('#timeline');
  expect(/as task \S+, for 10 credits/.test(timeline), `task and credits: ${timeline}`);
  expect(/10 credits charged/.test(await text_of('#facts')), 'what it cost');
  expect(!/not on record/.test(timeline), `every step has its time: ${timeline}`);
  return id;
}

async function listen() {
  await eventually('the audio is there', () => page.$eval('#audio', (it) => it.readyState >= 1 && it.duration > 1));
  await hand.play();
  await eventually('the audio plays', () => page.$eval('#audio', (it) => it.currentTime > 0.5));
  await page.$eval('#audio', (it) => { it.currentTime = it.duration - 0.7; });
  await eventually('the audio reaches its end', () => page.$eval('#audio', (it) => it.ended));
}

async function cancel_another() {
  const id = await create('Endless Drone', 'org_second');
  await open(id);
  await status_is('Running');
  await hand.cancel();
  await status_is('Cancelled');
  expect((await client('GET', `/${id}`, undefined, 'org_second')).status === 'cancelled', 'the client sees it cancelled, too');
  await eventually('nothing is left to cancel', async () => !(await page.isVisible('#cancel')));
  await close();
  return id;
}

async function find(finished, cancelled) {
  await hand.search({id: finished});
  await only([finished]);
  await hand.search({id: finished.replace('mgen_', 'mtrack_')});
  await only([finished]);
  await hand.search({id: 'mgen_000000000000'});
  await eventually('nothing fits', () => page.isVisible('#empty'));
  await hand.search({organization: 'org_second'});
  await only([cancelled]);
  await hand.search({status: 'succeeded'});
  await only([finished]);
  await hand.search({organization: 'org_second', status: 'succeeded'});
  await eventually('nothing fits', () => page.isVisible('#empty'));
  await hand.clear();
  await only([cancelled, finished]);
}

async function turn_pages() {
  const all = [];
  for (let each = 0; each < 30; ++each) all.unshift(await create(`Étude No. ${each + 1}, with a rather long title that does not fit into its line of the table`));
  await only(all.slice(0, 25));
  await hand.turn('older');
  await eventually('the second page', async () => (await ids())[0] === all[25]);
  await hand.turn('newer');
  await only(all.slice(0, 25));
}

// Failures, refusals and a shut gate are what an operator comes for: they have to be seen, and read, in every look.
async function see_trouble() {
  const failed = await create('Broken Waltz');
  const refused = await create('Forbidden Tune');
  const running = await create('Endless Drone II');
  await hand.search({status: 'failed'});
  await only([failed]);
  await hand.search({status: 'refused'});
  await only([refused]);
  await set_credits(0);
  await create('Unpaid March');
  await hand.clear();
  await eventually('the gate is seen to be shut', async () => (await text_of('#gates')).includes('Used up for'));
  await eventually('all looks of a status are there', () => page.$$eval('#rows .badge', (all) => ['Failed', 'Refused', 'Running', 'Succeeded'].every((word) => all.some((it) => it.textContent === word))));
  if (way === 'mouse') await in_all_looks('trouble');
  await open(failed);
  await eventually('it says why it failed', async () => /could not be generated/.test(await text_of('#timeline')));
  if (way === 'mouse') await in_all_looks('failed-job');
  await close();
  await open(running);
  if (way === 'mouse') {
    await hand.page.click('#cancel');
    await in_all_looks('cancelling');
  }
  await close();
  await set_credits(1000);
  await eventually('the gate is seen to open again', async () => !(await text_of('#gates')).includes('Used up for'));
}

// No request while nobody looks, and one at once when somebody does again: before the event that says so is over, on any machine.
async function look_away() {
  const hide = (hidden) => page.evaluate((now) => {
    const fetch = window.fetch;
    let asked = 0;
    window.fetch = (...request) => { ++asked; return fetch(...request); };
    Object.defineProperty(document, 'hidden', {configurable: true, get: () => now});
    document.dispatchEvent(new Event('visibilitychange'));
    window.fetch = fetch;
    return asked;
  }, hidden);
  await hide(true);
  await eventually('it says that it pauses', async () => (await text_of('#live')) === 'Paused');
  await page.waitForLoadState('networkidle');
  let asked = 0;
  const count = () => ++asked;
  page.on('request', count);
  await page.waitForTimeout(2600);  // longer than it waits between two looks: nothing happening is the claim
  expect(asked === 0, `${asked} requests while nobody looks`);
  expect((await hide(false)) > 0, 'it does not ask at once when somebody looks again');
  await eventually('it is live again', async () => asked > 0 && (await text_of('#live')) === 'Live');
  page.off('request', count);
}

async function choose_themes() {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await hand.theme('dark');
  await eventually('it is dark', async () => (await background()) !== light);
  await page.reload();
  await eventually('it stays dark', async () => (await background()) !== light && (await text_of('#live')) === 'Live');
  await hand.theme('auto');
  await eventually('it follows the system', async () => (await background()) === light);
}

async function leave() {
  if (!TOKEN) return;
  await page.click('#leave');
  await eventually('it asks for the token again', () => page.isVisible('#login'));
  expect((await ids()).length === 0 && (await page.evaluate(() => sessionStorage.length)) === 0, 'nothing is left behind');
}

try {
  await come_in();
  await choose_themes();
  const finished = await watch_one_finish();
  await listen();
  if (way === 'mouse') await in_all_looks('job');
  await close();
  const cancelled = await cancel_another();
  await find(finished, cancelled);
  if (way === 'mouse') await in_all_looks('list');
  await turn_pages();
  if (way === 'mouse') await in_all_looks('full');
  await see_trouble();
  await look_away();
  await leave();
  expect(seen.wrong.length === 0, `what the page did wrong:\n${seen.wrong.join('\n')}`);
  console.log(`${way}: the whole story`);
} catch (trouble) {
  console.error(trouble.stack);
  console.error(`the page so far:\n${seen.wrong.join('\n')}`);
  await shoot('failed').catch(() => {});
  process.exitCode = 1;
} finally {
  await browser.close();
}
