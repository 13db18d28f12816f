/** Where a link of a given length works. The limits are DESIGN.md's: chat programs, address bars, links that are clicked. */

export type LinkFit = 'chat' | 'address-bar' | 'click' | 'nowhere';

export const FIT_LIMITS = { chat: 2_000, 'address-bar': 32_000, click: 1_000_000 } as const;

/** @param length characters of the whole address, with scheme and host. */
export function linkFit(length: number): LinkFit {
  if (length <= FIT_LIMITS.chat) return 'chat';
  if (length <= FIT_LIMITS['address-bar']) return 'address-bar';
  return length <= FIT_LIMITS.click ? 'click' : 'nowhere';
}

export const SHELL_LINE = "iptables-save -c | gzip -9 | base64 -w0 | tr '/+' '_-'";
