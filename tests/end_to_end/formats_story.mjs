// Plays each address in Debian's Chromium, from the middle to the end and from the start to the end.
//   formats_story.mjs FOLDER URL...      FOLDER: for the browser's profile
import {open_browser, eventually, expect} from './console/browser.mjs';

const [folder, ...urls] = process.argv.slice(2);
const browser = await open_browser(`${folder}/profile`);
const page = browser.pages()[0] ?? await browser.newPage();

async function play_from(share) {
  await page.evaluate(async (where) => {
    const audio = document.querySelector('audio');
    audio.playbackRate = 16;
    const sought = new Promise((resolve) => audio.addEventListener('seeked', resolve, {once: true}));
    audio.currentTime = audio.duration * where;
    await sought;
    await audio.play();
  }, share);
  const at = await page.$eval('audio', (audio) => audio.currentTime / audio.duration);
  expect(at >= share, `it plays from ${at}, not from ${share}`);
  await eventually('it ends', () => page.$eval('audio', (audio) => audio.ended || Promise.reject(new Error(`at ${audio.currentTime} of ${audio.duration}, ${audio.error?.message ?? 'no error'}`))));
}

// Loads only as much as it needs, so that the middle has to be asked for.
async function open(url) {
  await page.goto(new URL('/openapi.json', url).href);  // a page of the same origin: from others the loopback may be out of reach
  await page.evaluate((src) => {
    document.body.innerHTML = '<audio controls muted></audio>';
    Object.assign(document.querySelector('audio'), {muted: true, preload: 'metadata', src});
  }, url);
  await eventually('its length is known', () => page.$eval('audio', (audio) => {
    if (audio.error) throw new Error(audio.error.message);
    return audio.duration > 1 && Number.isFinite(audio.duration);
  }));
}

try {
  for (const url of urls) {
    const answers = [];
    const note = (response) => { if (response.url() === url) answers.push(response); };
    page.on('response', note);
    await open(url);
    await play_from(0.5);
    await play_from(0);
    page.off('response', note);
    const name = new URL(url).pathname;
    const seconds = await page.$eval('audio', (audio) => audio.duration);
    const ranges = answers.filter((each) => each.status() === 206).map((each) => each.headers()['content-range'] ?? '');
    expect(answers.every((each) => [200, 206, 304].includes(each.status())), `${name}: ${answers.map((each) => each.status())}`);
    expect(ranges.length > 0, `${name}: no range was asked for`);
    console.log(`${name}: ${seconds.toFixed(2)} s; ${ranges.join(', ')}`);
    // What is far larger than a browser's buffer can only be played from the middle by a range that begins there.
    const size = Number(ranges[0].split('/')[1]);
    const deepest = Math.max(...ranges.map((each) => Number(/bytes (\d+)-/.exec(each)?.[1] ?? 0)));
    if (size > 4e6) expect(deepest > size / 4, `${name}: the middle of ${size} bytes was not asked for: ${ranges}`);
  }
} catch (trouble) {
  console.error(trouble.stack);
  process.exitCode = 1;
} finally {
  await browser.close();
}
