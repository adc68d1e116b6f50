// Debian's Chromium with one page of the console in it, watched: whatever a browser complains of, and every request that leaves
// the console's origin, is a mistake.
import {chromium} from 'playwright-core';
import {existsSync} from 'node:fs';

const program = process.env.CHROMIUM ?? '/usr/bin/chromium';
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--mute-audio', '--no-proxy-server'];

export async function open_browser(folder) {
  if (!existsSync(program)) throw new Error(`${program} is missing: deploy/install-packages tests installs it`);
  return chromium.launchPersistentContext(folder, {executablePath: program, headless: true, args: flags,
    viewport: {width: 1280, height: 800}, colorScheme: 'light', reducedMotion: 'reduce', env: {...process.env, HOME: folder}});
}

// What the page did wrong so far, as sentences. `forgiven` takes those away that a step provokes on purpose, and says how many
// they were until now; `refused` is how many answers were a 401, each of which the browser complains of in its own time.
export function watch(page, origin) {
  const wrong = [];
  let refused = 0, forgiven = 0;
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => wrong.push(`page: ${error.stack}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin) wrong.push(`another origin: ${url}`);
  });
  page.on('response', (response) => {
    if (response.status() === 401) ++refused;
    if (!response.url().startsWith('data:') && response.headers()['cache-control'] !== 'no-store') wrong.push(`may be kept: ${response.url()}`);
  });
  return {
    wrong,
    refused: () => refused,
    forgiven(pattern) {
      const kept = wrong.filter((each) => !pattern.test(each));
      forgiven += wrong.length - kept.length;
      wrong.splice(0, wrong.length, ...kept);
      return forgiven;
    },
  };
}

export async function eventually(what, holds, within = 20000) {
  const end = Date.now() + within;
  let last;
  for (;;) {
    try {
      const value = await holds();
      if (value) return value;
      last = value;
    } catch (trouble) {
      last = trouble;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${within} ms; last seen: ${last}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function expect(holds, what) {
  if (!holds) throw new Error(what);
}
