/** Where a link of a given length works. The limits are DESIGN.md's: chat programs, address bars, links that are clicked. */

export type LinkFit = 'chat' | 'address-bar' | 'click' | 'nowhere';

export const FIT_LIMITS = { chat: 2_000, 'address-bar': 32_000, click: 1_000_000 } as const;

/** @param length characters of the whole address, with scheme and host. */
export function linkFit(length: number): LinkFit {
  if (length <= FIT_LIMITS.chat) return 'chat';
  if (length <= FIT_LIMITS['address-bar']) return 'address-bar';
  return length <= FIT_LIMITS.click ? 'click' : 'nowhere';
}

/**
 * Where people put links, by the longest one that arrives whole: Discord refuses longer messages, Slack splits them, Telegram's have 4,096 characters,
 * Teams takes 28 kB with its own markup around, Chromium's address bar shows no more than 32 k, GitHub's comments have 65,536, and Firefox opens
 * addresses up to 1 MB.
 */
export const LINK_PLACES: readonly { readonly name: string; readonly limit: number }[] = [
  { name: 'Discord', limit: FIT_LIMITS.chat },
  { name: 'Slack, Telegram', limit: 4_000 },
  { name: 'Teams', limit: 14_000 },
  { name: 'address bar', limit: FIT_LIMITS['address-bar'] },
  { name: 'GitHub', limit: 65_000 },
  { name: 'a click', limit: FIT_LIMITS.click },
];

/** Whether it is no use to go on, by an estimate that may be a quarter off. */
export function isHopeless(estimate: number): boolean {
  return estimate * 0.75 > FIT_LIMITS.click;
}

export const SHELL_LINE = "iptables-save -c | gzip -9 | base64 -w0 | tr '/+' '_-'";
