/** How Chromium is started for tests, screenshots and benchmarks: also as root, and without a request of its own. */
export const launchArguments: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
