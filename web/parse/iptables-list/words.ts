/**
 * The last column of `iptables -L` (what each extension prints about itself) as options of iptables-save, which the reader of that format takes.
 * Follows the *_print functions of iptables' extensions (extensions/libxt_*.c, libipt_*.c, libip6t_*.c), 1.4 to 1.8. Not modelled: extensions
 * whose listing leaves options out (hashlimit's name, recent's table, string, time, u32, bpf): their text is kept.
 */

/** What begins at a word of the column: its options, and the pattern that finds it. */
interface Recognizer {
  readonly pattern: RegExp;
  /** null: not this one after all. */
  readonly options: (found: RegExpExecArray) => string | null;
}

/** Options of a rule's matches and target; what is not understood stays as the text that the listing has. */
export interface Column {
  readonly options: readonly string[];
  readonly target: string | null;
  readonly leftover: readonly string[];
  readonly isGoto: boolean;
}

const END = '(?= |$)';

function recognizer(pattern: string, options: Recognizer['options']): Recognizer {
  return { pattern: new RegExp(`${pattern}${END}`, 'y'), options };
}

/** `! --option value` for a value that begins with `!`, as listings negate. */
function negated(option: string, value: string): string {
  return value.startsWith('!') ? `! ${option} ${value.slice(1)}` : `${option} ${value}`;
}

/** A word in the quotes of iptables-save. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const PORT_PARTS = /(spts?|dpts?|flags|option)[:=](!?)(\S+)/g;
const PORT_OPTIONS: Readonly<Record<string, string>> = {
  spt: '--sport',
  spts: '--sport',
  dpt: '--dport',
  dpts: '--dport',
};

/** `tcp spts:1024:65535 dpt:!80 flags:0x17/0x02 option=5`. */
function transport([, protocol, parts = '']: RegExpExecArray): string | null {
  let options = `-m ${protocol}`;
  for (const [, part = '', not, value = ''] of parts.matchAll(PORT_PARTS)) {
    const option = PORT_OPTIONS[part];
    const flags = part === 'flags' ? flagNames(value) : value;
    if (flags === null) return null;
    const name = option ?? (part === 'flags' ? '--tcp-flags' : '--tcp-option');
    options += ` ${not === '!' ? '! ' : ''}${name} ${flags}`;
  }
  return options;
}

const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

/** `0x17/0x02` or `FIN,SYN/SYN` as `FIN,SYN,RST,ACK SYN`. */
function flagNames(value: string): string | null {
  const [mask = '', set] = value.split('/');
  if (set === undefined) return null;
  const names = [mask, set].map((each) => {
    if (!each.startsWith('0x')) return each;
    const bits = Number.parseInt(each, 16);
    return TCP_FLAGS.filter((_, bit) => bits & (1 << bit)).join(',') || 'NONE';
  });
  return names.join(' ');
}

const CONNTRACK: Readonly<Record<string, string>> = {
  ctstate: '--ctstate',
  ctproto: '--ctproto',
  ctstatus: '--ctstatus',
  ctorigsrc: '--ctorigsrc',
  ctorigdst: '--ctorigdst',
  ctreplsrc: '--ctreplsrc',
  ctrepldst: '--ctrepldst',
  ctorigsrcport: '--ctorigsrcport',
  ctorigdstport: '--ctorigdstport',
  ctreplsrcport: '--ctreplsrcport',
  ctrepldstport: '--ctrepldstport',
  ctdir: '--ctdir',
};

const not = (mark: string | undefined): string => (mark?.includes('!') ? '! ' : '');

const MATCHES: readonly Recognizer[] = [
  recognizer('(!? ?)state (\\S+)', ([, no, states]) => `-m state ${not(no)}--state ${states}`),
  recognizer('(!? ?)(ct[a-z]+) (\\S+)', ([, no, key = '', value]) => {
    const option = CONNTRACK[key];
    return option === undefined ? null : `-m conntrack ${not(no)}${option} ${value}`;
  }),
  recognizer('(tcp|udp|udplite|sctp|dccp)((?: (?:spts?|dpts?|flags|option)[:=]!?\\S+)+)', transport),
  recognizer('(tcp|udp)', ([, protocol]) => `-m ${protocol}`),
  recognizer('(!?)icmptype (\\d+)(?: code (\\d+))?', ([, no, type, code]) => {
    return `-m icmp ${not(no)}--icmp-type ${type}${code === undefined ? '' : `/${code}`}`;
  }),
  recognizer('(!?)ipv6-icmptype (\\d+)(?: code (\\d+))?', ([, no, type, code]) => {
    return `-m icmp6 ${not(no)}--icmpv6-type ${type}${code === undefined ? '' : `/${code}`}`;
  }),
  recognizer('icmp (!?)([a-z][a-z0-9-]+)', ([, no, type]) => `-m icmp ${not(no)}--icmp-type ${type}`),
  recognizer('ipv6-icmp (!?)([a-z][a-z0-9-]+)', ([, no, type]) => `-m icmp6 ${not(no)}--icmpv6-type ${type}`),
  recognizer('multiport (sports|dports|ports) +(!?)(\\S+)', ([, which, no, ports]) => {
    return `-m multiport ${not(no)}--${which} ${ports}`;
  }),
  recognizer('(?:mark|MARK) match +(! ?)?(\\S+)', ([, no, mark]) => `-m mark ${not(no)}--mark ${mark}`),
  recognizer('(?:connmark|CONNMARK) match +(! ?)?(\\S+)', ([, no, mark]) => `-m connmark ${not(no)}--mark ${mark}`),
  recognizer('ADDRTYPE match(?: src-type (\\S+))?(?: dst-type (\\S+))?( limit-in)?( limit-out)?', (found) => {
    const [, source, destination, inside, outside] = found;
    let options = '-m addrtype';
    if (source !== undefined) options += ` ${negated('--src-type', source)}`;
    if (destination !== undefined) options += ` ${negated('--dst-type', destination)}`;
    return `${options}${inside ? ' --limit-iface-in' : ''}${outside ? ' --limit-iface-out' : ''}`;
  }),
  recognizer('(source|destination) IP range (! )?(\\S+)', ([, side, no, range]) => {
    return `-m iprange ${not(no)}${side === 'source' ? '--src-range' : '--dst-range'} ${range}`;
  }),
  recognizer('MAC (! ?)?([0-9a-fA-F:]{17})', ([, no, mac]) => `-m mac ${not(no)}--mac-source ${mac}`),
  recognizer(
    'PHYSDEV match((?: !| --physdev-(?:in|out) \\S+| --physdev-is-[a-z]+)+)',
    ([, options]) => `-m physdev${options}`,
  ),
  recognizer(
    '(! ?)?owner (UID|GID) match (\\S+)',
    ([, no, what, id]) => `-m owner ${not(no)}--${what?.toLowerCase()}-owner ${id}`,
  ),
  recognizer('statistic mode random (! )?probability ([\\d.]+)', ([, no, share]) => {
    return `-m statistic --mode random ${not(no)}--probability ${share}`;
  }),
  recognizer('statistic mode nth (! )?every (\\d+)(?: packet (\\d+))?', ([, no, every, packet]) => {
    return `-m statistic --mode nth ${not(no)}--every ${every} --packet ${packet ?? 0}`;
  }),
  recognizer('length (! ?)?(\\d+(?::\\d+)?)', ([, no, range]) => `-m length ${not(no)}--length ${range}`),
  recognizer('PKTTYPE (!?)= (\\S+)', ([, no, type]) => `-m pkttype ${not(no)}--pkt-type ${type}`),
  recognizer('(TTL|HL) match (?:TTL|HL) (==|!=|<|>) (\\d+)', ([, which, sign, number]) =>
    hopLimit(which, sign, number),
  ),
  recognizer('DSCP match (!?)(0x[0-9a-f]+)', ([, no, dscp]) => `-m dscp ${not(no)}--dscp ${dscp}`),
  recognizer('limit: avg (\\S+) burst (\\d+)', ([, rate, burst]) => `-m limit --limit ${rate} --limit-burst ${burst}`),
  recognizer('(! )?match-set (\\S+) ((?:src|dst)(?:,(?:src|dst))*)', ([, no, name, sides]) => {
    return `-m set ${not(no)}--match-set ${name} ${sides}`;
  }),
  recognizer('tcpmss match (!?)(\\d+(?::\\d+)?)', ([, no, range]) => `-m tcpmss ${not(no)}--mss ${range}`),
  recognizer('rpfilter((?: (?:loose|validmark|accept-local|invert))*)', ([, flags = '']) => {
    return `-m rpfilter${flags.replaceAll(' ', ' --')}`;
  }),
  recognizer('#conn (src|dst)/(\\d+) (>|<=) (\\d+)', ([, side, mask, sign, count]) => {
    const option = sign === '>' ? '--connlimit-above' : '--connlimit-upto';
    return `-m connlimit ${option} ${count} --connlimit-mask ${mask} --connlimit-${side === 'src' ? 's' : 'd'}addr`;
  }),
  recognizer('helper match (! ?)?"([^"]*)"', ([, no, name = '']) => `-m helper ${not(no)}--helper ${quoted(name)}`),
];

function hopLimit(which: string | undefined, sign: string | undefined, number: string | undefined): string {
  const name = which === 'HL' ? 'hl' : 'ttl';
  const comparison = sign === '<' ? 'lt' : sign === '>' ? 'gt' : 'eq';
  return `-m ${name} ${sign === '!=' ? '! ' : ''}--${name}-${comparison} ${number}`;
}

const natFlags = (flags: string | undefined): string => (flags ?? '').replaceAll(' ', ' --');
const FLAGS = '((?: random-fully| random| persistent)*)';

function markTarget(name: string): Recognizer {
  return recognizer(`${name} (set|or|and|xor|xset) (0x[0-9a-f]+(?:/0x[0-9a-f]+)?)`, ([, how, mark]) => {
    return how === 'xset' ? `--set-xmark ${mark}` : `--${how}-mark ${mark}`;
  });
}

/** By target: what it prints about itself. */
const TARGETS: ReadonlyMap<string, readonly Recognizer[]> = new Map([
  ['REJECT', [recognizer('reject-with (\\S+)', ([, code]) => `--reject-with ${code}`)]],
  [
    'LOG',
    [
      recognizer(
        'LOG(?: flags (\\d+))?(?: level (\\S+))?((?: (?:tcp-sequence|tcp-options|ip-options|uid|macdecode))*)(?: prefix [`"](.*)["\'])?',
        logOptions,
      ),
    ],
  ],
  [
    'NFLOG',
    [
      recognizer(
        '(nflog-prefix ".*"|nflog-(?:group|range|size|threshold) \\d+)((?: nflog-(?:group|range|size|threshold) \\d+)*)',
        ([all]) => (all ?? '').replace(/nflog-(?=prefix|group|range|size|threshold)/g, '--nflog-'),
      ),
    ],
  ],
  ['DNAT', [recognizer(`to:(\\S+)${FLAGS}`, ([, to, flags]) => `--to-destination ${to}${natFlags(flags)}`)]],
  ['SNAT', [recognizer(`to:(\\S+)${FLAGS}`, ([, to, flags]) => `--to-source ${to}${natFlags(flags)}`)]],
  ['NETMAP', [recognizer('to:(\\S+)', ([, to]) => `--to ${to}`)]],
  [
    'MASQUERADE',
    [
      recognizer(`masq ports: (\\S+)${FLAGS}`, ([, ports, flags]) => `--to-ports ${ports}${natFlags(flags)}`),
      recognizer('(random-fully|random)', ([, flag]) => `--${flag}`),
    ],
  ],
  [
    'REDIRECT',
    [
      recognizer(`redir ports (\\S+)${FLAGS}`, ([, ports, flags]) => `--to-ports ${ports}${natFlags(flags)}`),
      recognizer('(random-fully|random)', ([, flag]) => `--${flag}`),
    ],
  ],
  ['MARK', [markTarget('MARK')]],
  [
    'CONNMARK',
    [
      markTarget('CONNMARK'),
      recognizer('CONNMARK (save|restore)(?: mask (\\S+))?', ([, how, mask]) => {
        return `--${how}-mark${mask === undefined ? '' : ` --nfmask ${mask} --ctmask ${mask}`}`;
      }),
    ],
  ],
  [
    'TPROXY',
    [
      recognizer(
        'TPROXY redirect (\\S+):(\\d+) mark (\\S+)',
        ([, address, port, mark]) => `--on-port ${port} --on-ip ${address} --tproxy-mark ${mark}`,
      ),
    ],
  ],
  [
    'TCPMSS',
    [
      recognizer('TCPMSS clamp to PMTU', () => '--clamp-mss-to-pmtu'),
      recognizer('TCPMSS set (\\d+)', ([, size]) => `--set-mss ${size}`),
    ],
  ],
  [
    'TTL',
    [
      recognizer(
        'TTL (set to|increment by|decrement by) (\\d+)',
        ([, how, number]) => `--ttl-${STEPS[how ?? '']} ${number}`,
      ),
    ],
  ],
  [
    'HL',
    [
      recognizer(
        'HL (set to|increment by|decrement by) (\\d+)',
        ([, how, number]) => `--hl-${STEPS[how ?? '']} ${number}`,
      ),
    ],
  ],
  ['DSCP', [recognizer('DSCP set (0x[0-9a-f]+)', ([, dscp]) => `--set-dscp ${dscp}`)]],
  ['CLASSIFY', [recognizer('CLASSIFY set (\\S+)', ([, band]) => `--set-class ${band}`)]],
  [
    'CT',
    [
      recognizer('CT notrack', () => '--notrack'),
      recognizer('CT zone (\\d+)', ([, zone]) => `--zone ${zone}`),
      recognizer('CT helper (\\S+)', ([, name]) => `--helper ${name}`),
    ],
  ],
  [
    'NFQUEUE',
    [
      recognizer('NFQUEUE (num|balance) (\\S+)( bypass)?( cpu-fanout)?', ([, how, queue, bypass, fanout]) => {
        return `--queue-${how} ${queue}${bypass ? ' --queue-bypass' : ''}${fanout ? ' --queue-cpu-fanout' : ''}`;
      }),
    ],
  ],
  [
    'TEE',
    [
      recognizer(
        'TEE gw:(\\S+)(?: oif=(\\S+))?',
        ([, gateway, device]) => `--gateway ${gateway}${device === undefined ? '' : ` --oif ${device}`}`,
      ),
    ],
  ],
]);

const STEPS: Readonly<Record<string, string>> = { 'set to': 'set', 'increment by': 'inc', 'decrement by': 'dec' };
const LOG_FLAGS = ['tcp-sequence', 'tcp-options', 'ip-options', 'uid', '', 'macdecode'];

/** With -n `flags 7 level 4 prefix "x"`; without it `level warning tcp-sequence prefix "x"`. */
function logOptions([, bits = '0', level, names = '', prefix]: RegExpExecArray): string {
  const options: string[] = [];
  if (prefix !== undefined) options.push(`--log-prefix ${quoted(prefix)}`);
  // iptables-save leaves the default out.
  if (level !== undefined && level !== '4' && level !== 'warning') options.push(`--log-level ${level}`);
  const listed = names.split(' ').filter((name) => name !== '');
  const flags = [...LOG_FLAGS.filter((name, bit) => name !== '' && Number(bits) & (1 << bit)), ...listed];
  for (const flag of flags) options.push(flag === 'macdecode' ? '--log-macdecode' : `--log-${flag}`);
  return options.join(' ');
}

/** Targets whose column is empty where they have no options. */
const BARE: ReadonlySet<string> = new Set(['MASQUERADE', 'NOTRACK', 'TRACE', 'REDIRECT']);

/** Longer columns are taken as they are: no extension prints that much. */
const LONGEST = 4096;

/** The column of a rule; `target` is null where the rule's target is a verdict, a chain or none. Cost: linear in the column's length. */
export function readColumn(column: string, target: string | null): Column {
  const options: string[] = [];
  const leftover: string[] = [];
  let targetOptions: string | null = target !== null && BARE.has(target) ? '' : null;
  let isGoto = false;
  let unread = '';
  let at = 0;
  const kept = (): void => {
    if (unread !== '') leftover.push(unread);
    unread = '';
  };
  while (at < column.length) {
    if (column[at] === ' ') {
      at++;
      continue;
    }
    const comment = commentAt(column, at);
    const own = comment || target === null || targetOptions ? null : found(TARGETS.get(target) ?? [], column, at);
    const match = comment ?? own ?? (column.length > LONGEST ? null : found(MATCHES, column, at));
    if (match) {
      kept();
      if (own) targetOptions = own.options;
      else options.push(match.options);
      at = match.end;
    } else if (column.startsWith('[goto]', at)) {
      isGoto = true;
      at += 6;
    } else {
      const end = column.indexOf(' ', at);
      const word = column.slice(at, end < 0 ? column.length : end);
      unread = unread === '' ? word : `${unread} ${word}`;
      at = end < 0 ? column.length : end;
    }
  }
  kept();
  return { options, target: targetOptions, leftover, isGoto };
}

function found(
  recognizers: readonly Recognizer[],
  column: string,
  at: number,
): { options: string; end: number } | null {
  for (const { pattern, options } of recognizers) {
    pattern.lastIndex = at;
    const match = pattern.exec(column);
    const read = match ? options(match) : null;
    if (match && read !== null) return { options: read, end: pattern.lastIndex };
  }
  return null;
}

/** A comment ends with the last end sign before the next comment begins. */
function commentAt(column: string, at: number): { options: string; end: number } | null {
  if (!column.startsWith('/* ', at)) return null;
  const next = column.indexOf(' /* ', at + 3);
  const stop = column.lastIndexOf(' */', next < 0 ? column.length : next);
  if (stop < at + 2) return null;
  return { options: `-m comment --comment ${quoted(column.slice(at + 3, stop))}`, end: stop + 3 };
}
