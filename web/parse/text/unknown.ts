/** Says what a text is that is no dump: empty, a picture, an archive, HTML, another listing, an error message. */
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { span } from '../../base/span.ts';

export interface Unknown {
  readonly diagnostic: Diagnostic;
  /** True: no parser needs to try. False: to be said if none succeeds. */
  readonly certain: boolean;
}

interface Sign {
  readonly code: string;
  readonly pattern: RegExp;
  readonly message: string;
  readonly certain: boolean;
}

const SCREENSHOT =
  'This is a picture, not a dump: a screenshot cannot be read. Paste the text that the command prints.';
const SAVE = 'Paste the output of “iptables-save -c” or “nft list ruleset”.';
const NFT = 'Paste the output of “nft list ruleset”.';
const ARCHIVE = 'Unpack it and drop the text files in it.';

/** Tried on the first 4 KiB, in this order. A picture that was decoded as text keeps its magic, perhaps with replacement characters. */
const SIGNS: readonly Sign[] = [
  {
    code: 'picture',
    certain: true,
    pattern: /^(?:.PNG\r?\n\x1a|\ufffdPNG|iVBORw0KGgo|data:image\/)/s,
    message: SCREENSHOT,
  },
  {
    code: 'picture',
    certain: true,
    pattern: /^(?:\xff\xd8\xff|\ufffd{3}.{0,2}(?:\x10|\ufffd)?.{0,2}(?:JFIF|Exif))/s,
    message: SCREENSHOT,
  },
  { code: 'picture', certain: true, pattern: /^(?:GIF8[79]a|RIFF.{4}WEBP|BM.{4}\0{4})/s, message: SCREENSHOT },
  {
    code: 'pdf',
    certain: true,
    pattern: /^%PDF-/,
    message: 'This is a PDF, not a dump. Paste the text that the command prints.',
  },
  {
    code: 'archive',
    certain: true,
    pattern: /^(?:\x1f[\x8b\ufffd]\x08?|PK\x03\x04|\xfd7zXZ|\ufffd7zXZ|BZh[1-9]1AY|\x28\xb5\x2f\xfd)/,
    message: `This is a compressed file read as text. ${ARCHIVE}`,
  },
  {
    code: 'archive',
    certain: true,
    pattern: /^[^\0]{1,100}\0[\s\S]{100,400}ustar/,
    message: `This is a tar archive. ${ARCHIVE}`,
  },
  {
    code: 'html',
    certain: true,
    pattern: /^\s*(?:<!doctype html|<html[\s>]|<head[\s>]|<body[\s>])/i,
    message: 'This is an HTML page, not a dump. Copy the text of the dump itself.',
  },
  {
    code: 'tool-error',
    certain: false,
    pattern:
      /^.{0,80}(?:Permission denied|you must be root|Operation not permitted|Could not fetch rule set generation id)/im,
    message: 'The tool printed an error: it needs root. Run it with sudo.',
  },
  {
    code: 'tool-error',
    certain: false,
    pattern: /^.{0,80}(?:command not found|: not found|No such file or directory)/m,
    message:
      'The tool printed an error: it is not installed where it was run. Run it on the node itself, or in a privileged pod with the host network.',
  },
  {
    code: 'tool-error',
    certain: false,
    pattern: /^.{0,80}(?:error from server|unable to connect to the server|error: unable to upgrade)/im,
    message: 'kubectl printed an error instead of the dump.',
  },
  {
    code: 'tool-warning',
    certain: false,
    pattern: /^# Warning: (?:ip6?|arp)tables-legacy tables present, use \S+ to see them\s*$/,
    message:
      'The tool printed nothing but a warning: the rules are in the legacy tables. Paste the output of “iptables-legacy-save -c”.',
  },
  {
    code: 'json',
    certain: false,
    pattern: /^\s*[[{]\s*(?:"|\{|\[|\]|\})/,
    message:
      'This is JSON, but not of “nft -j list ruleset”. Paste that, or the output of “iptables-save -c” or “nft list ruleset”.',
  },
  {
    code: 'yaml',
    certain: false,
    pattern: /^(?:---[ \t\r]*$|apiVersion:\s|kind:\s)/m,
    message: 'This is YAML (a manifest?), not a dump. Paste the output of “iptables-save -c” or “nft list ruleset”.',
  },
];

/** Outputs of other programs about the same node: which one to take instead. */
const OTHERS: readonly (readonly [what: string, pattern: RegExp, instead: string])[] = [
  ['of “ufw status”', /^Status: (?:active|inactive)\b/m, SAVE],
  ['of “firewall-cmd --list-all”', /^\S+ \((?:active|default|default, active)\)[ \t\r]*\n[ \t]+target: /m, NFT],
  ['of “ipset” as XML', /^[ \t]*<ipsets>/m, 'Paste the output of “ipset save”.'],
  ['of “nft list hooks”', /^family \S+ (?:device \S+ )?hook \S+ \{/m, NFT],
  ['of “conntrack -L”', /^(?:\S+\s+\d+ )?(?:tcp|udp|icmp)\s+\d+ \d+ .*\bsrc=\S+ dst=\S+/m, SAVE],
  ['of “ip route” or “ip address”', /^(?:default via \S+ dev |\d+: \S+: <[A-Z,_]+> mtu )/m, SAVE],
  ['of “kubectl get”', /^(?:NAMESPACE +)?NAME +(?:READY|STATUS|TYPE) +/m, SAVE],
  ['of a listing of processes or sockets', /^(?:USER +PID |Netid +State |Proto Recv-Q )/m, SAVE],
  ['of pf', /^(?:pass|block) (?:in|out) .*\bfrom\b/m, 'nfscope reads what Linux has.'],
];

/** What another program has printed; null where no sign of it is found. */
function otherOutput(head: string): Unknown | null {
  for (const [what, pattern, instead] of OTHERS) {
    const found = pattern.exec(head);
    if (!found) continue;
    const message = `This looks like the output ${what}, which has no rules as the kernel has them. ${instead}`;
    return {
      certain: false,
      diagnostic: diagnostic('error', 'other-output', message, span(found.index, found.index + found[0].length)),
    };
  }
  return null;
}

const CONTROL_SHARE = 0.02;

/** null: nothing says that it is no dump. Cost: constant (it looks at the first 4 KiB; blanks are searched through). */
export function describeUnknown(text: string): Unknown | null {
  const first = text.search(/\S/);
  if (first < 0) {
    const message = text === '' ? 'The text is empty.' : 'The text holds nothing but blanks.';
    const hint = ' If a command printed nothing, it may have needed root.';
    return { certain: true, diagnostic: diagnostic('error', 'empty', message + hint, span(0, 0)) };
  }
  const head = text.slice(0, 4096).replace(/^\ufeff/, '');
  for (const { code, pattern, message, certain } of SIGNS) {
    const found = pattern.exec(head);
    if (!found) continue;
    const at = text.indexOf(found[0]);
    const end = text.indexOf('\n', at + 1);
    const stop = Math.min(end < 0 ? text.length : end, at + 200);
    return { certain, diagnostic: diagnostic('error', code, message, span(Math.max(0, at), Math.max(stop, at))) };
  }
  const at = binaryAt(head);
  if (at < 0) return otherOutput(head);
  const message = 'This is a binary file, not a dump. Paste the text that the command prints.';
  // Comments in another encoding look like this, too; a NUL is in no listing.
  return { certain: head.includes('\0'), diagnostic: diagnostic('error', 'binary', message, span(at, at + 1)) };
}

/** The first control character of a head that has too many of them for a text; -1 if it has not. */
function binaryAt(head: string): number {
  let first = -1;
  let count = 0;
  for (let at = 0; at < head.length; at++) {
    const code = head.charCodeAt(at);
    const control =
      (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d && code !== 0x1b) || code === 0xfffd;
    if (!control) continue;
    if (first < 0) first = at;
    count++;
  }
  return count > Math.max(3, head.length * CONTROL_SHARE) ? first : -1;
}
