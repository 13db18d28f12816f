/**
 * Targets that decide or tell: QUEUE, NFQUEUE, REJECT, LOG, NFLOG, TRACE, SYNPROXY, NOTRACK, CT. Follows iptables-extensions(8),
 * libipt_REJECT.c, libip6t_REJECT.c, libxt_LOG.c.
 */
import { LOG_LEVELS } from '../../../model/constants.ts';
import type { Expression } from '../../../model/expression.ts';
import type { Log, Reject, Statement } from '../../../model/statement.ts';
import { parseNumber } from '../codecs.ts';
import { bitwise, field, type TargetExtension, value } from '../extension.ts';
import { arities, plainOptions } from './options.ts';
import { readingOf } from './readings.ts';

/** iptables' name of a code, the statement's `with`, nft's name. The first of each family is the default, which nft prints bare. */
const REJECT_CODES: readonly (readonly [string, 'icmp' | 'icmpv6', string])[] = [
  ['icmp-port-unreachable', 'icmp', 'port-unreachable'],
  ['icmp-net-unreachable', 'icmp', 'net-unreachable'],
  ['icmp-host-unreachable', 'icmp', 'host-unreachable'],
  ['icmp-proto-unreachable', 'icmp', 'prot-unreachable'],
  ['icmp-net-prohibited', 'icmp', 'net-prohibited'],
  ['icmp-host-prohibited', 'icmp', 'host-prohibited'],
  ['icmp-admin-prohibited', 'icmp', 'admin-prohibited'],
  ['icmp6-port-unreachable', 'icmpv6', 'port-unreachable'],
  ['icmp6-no-route', 'icmpv6', 'no-route'],
  ['icmp6-adm-prohibited', 'icmpv6', 'admin-prohibited'],
  ['icmp6-addr-unreachable', 'icmpv6', 'addr-unreachable'],
  ['icmp6-policy-fail', 'icmpv6', 'policy-fail'],
  ['icmp6-reject-route', 'icmpv6', 'reject-route'],
];
/** Shorter names that the tools accept too. */
const REJECT_ALIASES: ReadonlyMap<string, string> = new Map([
  ['net-unreach', 'icmp-net-unreachable'],
  ['host-unreach', 'icmp-host-unreachable'],
  ['proto-unreach', 'icmp-proto-unreachable'],
  ['port-unreach', 'icmp-port-unreachable'],
  ['net-prohib', 'icmp-net-prohibited'],
  ['host-prohib', 'icmp-host-prohibited'],
  ['admin-prohib', 'icmp-admin-prohibited'],
  ['tcp-rst', 'tcp-reset'],
  ['no-route', 'icmp6-no-route'],
  ['adm-prohibited', 'icmp6-adm-prohibited'],
  ['addr-unreach', 'icmp6-addr-unreachable'],
  ['policy-fail', 'icmp6-policy-fail'],
  ['reject-route', 'icmp6-reject-route'],
]);
const BARE_REJECT: Reject = { kind: 'reject', with: null, code: null };
const REJECT_ARITIES = arities('--reject-with=');

export const REJECT: TargetExtension = {
  name: 'REJECT',
  parse(options, { family }) {
    const found = plainOptions(options, REJECT_ARITIES);
    if (!found) return null;
    const written = found.get('--reject-with');
    if (written === undefined) return [BARE_REJECT];
    if (family === 'ip6' && written === 'port-unreach') return [BARE_REJECT];
    const name = REJECT_ALIASES.get(written) ?? written;
    if (name === 'tcp-reset') return [{ kind: 'reject', with: 'tcp reset', code: null }];
    const code = REJECT_CODES.find(([spelled]) => spelled === name);
    if (!code || (code[1] === 'icmpv6') !== (family === 'ip6')) return null;
    if (code[2] === 'port-unreachable') return [BARE_REJECT];
    return [{ kind: 'reject', with: code[1], code: code[2] }];
  },
};

/** `REJECT --reject-with ...`, or null for `icmpx` codes without a counterpart. */
export function printReject(reject: Reject, family: string): string | null {
  if (reject.with === 'tcp reset') return 'REJECT --reject-with tcp-reset';
  const own = family === 'ip6' ? 'icmpv6' : 'icmp';
  const code = reject.with === null ? 'port-unreachable' : reject.code;
  if (reject.with !== null && reject.with !== own && !(reject.with === 'icmpx' && code === 'port-unreachable'))
    return null;
  const spelled = REJECT_CODES.find(([, kind, name]) => kind === own && name === code);
  return spelled ? `REJECT --reject-with ${spelled[0]}` : null;
}

const LOG_ARITIES = arities(
  '--log-level= --log-prefix= --log-tcp-sequence --log-tcp-options --log-ip-options --log-uid --log-macdecode',
);
const LOG_FLAGS: readonly (readonly [string, string])[] = [
  ['--log-tcp-sequence', 'flags tcp sequence'],
  ['--log-tcp-options', 'flags tcp options'],
  ['--log-ip-options', 'flags ip options'],
  ['--log-uid', 'flags skuid'],
  ['--log-macdecode', 'flags ether'],
];
const WARN = 4;

export const LOG: TargetExtension = {
  name: 'LOG',
  parse(options, _context, via) {
    const found = plainOptions(options, LOG_ARITIES);
    if (!found) return null;
    const written = found.get('--log-level') ?? String(WARN);
    const level = LOG_LEVELS.byName.get(written.toLowerCase()) ?? parseNumber(written, 7);
    const name = LOG_LEVELS.byNumber.get(level);
    if (name === undefined) return null;
    const spelled = level === WARN ? [] : [`level ${name}`];
    for (const [flag, nft] of LOG_FLAGS) if (found.has(flag)) spelled.push(nft);
    return [{ kind: 'log', prefix: found.get('--log-prefix') ?? null, group: null, options: spelled, via }];
  },
};

const AUDIT_ARITIES = arities('--type=');

/** Kernel: net/netfilter/xt_AUDIT.c writes the same record whatever the type (since 4.12), and so does nft's `log level audit`. */
export const AUDIT: TargetExtension = {
  name: 'AUDIT',
  parse(options, _context, via) {
    const type = plainOptions(options, AUDIT_ARITIES)?.get('--type');
    if (type !== 'accept' && type !== 'drop' && type !== 'reject') return null;
    return [{ kind: 'log', prefix: null, group: null, options: ['level audit'], via }];
  },
};

const NFLOG_ARITIES = arities('--nflog-group= --nflog-prefix= --nflog-range= --nflog-size= --nflog-threshold=');

export const NFLOG: TargetExtension = {
  name: 'NFLOG',
  parse(options, _context, via) {
    const found = plainOptions(options, NFLOG_ARITIES);
    if (!found) return null;
    const group = parseNumber(found.get('--nflog-group') ?? '0', 0xffff);
    if (group < 0) return null;
    const spelled: string[] = [];
    const size = found.get('--nflog-size');
    if (size !== undefined) spelled.push(`snaplen ${size}`);
    const threshold = found.get('--nflog-threshold');
    if (threshold !== undefined && threshold !== '1') spelled.push(`queue-threshold ${threshold}`);
    const log: Log = { kind: 'log', prefix: found.get('--nflog-prefix') ?? null, group, options: spelled, via };
    return [log];
  },
};

const NFQUEUE_ARITIES = arities('--queue-num= --queue-balance= --queue-bypass --queue-cpu-fanout');

/** `queue` verdicts carry nft's spelling behind the word. */
export const NFQUEUE: TargetExtension = {
  name: 'NFQUEUE',
  parse(options) {
    const found = plainOptions(options, NFQUEUE_ARITIES);
    if (!found) return null;
    const bypass = found.has('--queue-bypass');
    const numbers = (found.get('--queue-balance') ?? found.get('--queue-num') ?? '0')
      .replace(/^:/, '0:')
      // libxt_NFQUEUE.c: the number of queues has 16 bits too.
      .replace(/:$/, ':65534')
      .replace(':', '-');
    if (!/^[0-9]+(-[0-9]+)?$/.test(numbers)) return null;
    const flags = `${bypass ? ' bypass' : ''}${found.has('--queue-cpu-fanout') ? ' fanout' : ''}`;
    return [{ kind: 'verdict', verdict: { kind: 'queue', text: `num ${numbers}${flags}`, bypass } }];
  },
};

/** `NFQUEUE ...` for nft's spelling of a queue verdict; null for queue maps and hashes. */
export function printQueue(text: string): string | null {
  if (text === '') return 'NFQUEUE --queue-num 0';
  const read = /^(?:(?:num|to) )?([0-9]+)(?:-([0-9]+))?((?:[ ,](?:bypass|fanout))*)$/.exec(text);
  if (!read) return null;
  const [, from, to, flags = ''] = read;
  const numbers = to === undefined ? `--queue-num ${from}` : `--queue-balance ${from}:${to}`;
  const bypass = flags.includes('bypass') ? ' --queue-bypass' : '';
  return `NFQUEUE ${numbers}${bypass}${flags.includes('fanout') ? ' --queue-cpu-fanout' : ''}`;
}

/** Kernel: net/netfilter/xt_TRACE.c sets the bit that nft calls `meta nftrace`. */
export const TRACE: TargetExtension = {
  name: 'TRACE',
  parse: (options, _context, via) =>
    options.length > 0 ? null : [{ kind: 'mangle', target: field('meta nftrace'), value: value(1), via }],
};

export const NOTRACK: TargetExtension = {
  name: 'NOTRACK',
  parse: (options, _context, via) => (options.length > 0 ? null : [{ kind: 'notrack', via }]),
};

const ZONES: ReadonlyMap<string, string> = new Map([
  ['--zone', 'ct zone'],
  ['--zone-orig', 'ct original zone'],
  ['--zone-reply', 'ct reply zone'],
]);
const MARK = field('meta mark');

/** `N`, or `mark`: the zone is the lower half of the packet's mark. */
function zoneValue(text: string): Expression | null {
  if (text === 'mark') return bitwise('and', MARK, 0xffff);
  const zone = parseNumber(text, 0xffff);
  return zone < 0 ? null : value(zone);
}

/**
 * Zones are written to `ct zone`; the rest of the options (helpers, timeouts, event masks: nft needs objects for these) follows as text with a
 * reading. Kernel: net/netfilter/xt_CT.c. The statements are one target: the first says in `via` how it is written.
 */
export const CT: TargetExtension = {
  name: 'CT',
  parse(options, context, via) {
    const [one, ...rest] = options;
    if (!one || options.some(({ negated }) => negated)) return null;
    if (one.name === '--notrack') return one.args.length === 0 && rest.length === 0 ? [{ kind: 'notrack', via }] : null;
    const statements: Statement[] = [];
    for (const { name, args } of options) {
      const target = ZONES.get(name);
      if (target === undefined) continue;
      const written = args.length === 1 ? zoneValue(args[0] as string) : null;
      if (!written) return null;
      statements.push({ kind: 'mangle', target: field(target), value: written, via });
    }
    const [first, second] = statements;
    if (!first) return null;
    // libxt_CT.c has room for one zone: the last one holds, for both directions.
    if (second?.kind === 'mangle') statements.splice(0, statements.length, { ...second, target: field('ct zone') });
    const others = options.filter(({ name }) => !ZONES.has(name));
    const reading = readingOf('target', 'CT', others, context);
    if (others.length > 0 && !reading) return null;
    if (reading) {
      const text = others.map(({ name, args }) => [name, ...args].join(' ')).join(' ');
      statements.push({ kind: 'xt', role: 'target', name: 'CT', options: text, known: true, reading });
    }
    return statements;
  },
};

const SYNPROXY_ARITIES = arities('--mss= --wscale= --sack-perm --timestamp --ecn');

export const SYNPROXY: TargetExtension = {
  name: 'SYNPROXY',
  parse(options) {
    const found = plainOptions(options, SYNPROXY_ARITIES);
    if (!found) return null;
    const parts: string[] = [];
    for (const name of ['mss', 'wscale']) if (found.has(`--${name}`)) parts.push(`${name} ${found.get(`--${name}`)}`);
    // nft has no word for ECN; the listing calls it so.
    for (const name of ['timestamp', 'sack-perm', 'ecn']) if (found.has(`--${name}`)) parts.push(name);
    return [{ kind: 'synproxy', text: parts.join(' ') }];
  },
};

export function printSynproxy(text: string): string | null {
  const read = /^(?:synproxy ?)?(?:mss ([0-9]+) ?)?(?:wscale ([0-9]+) ?)?(timestamp ?)?(sack-perm ?)?(ecn)?$/.exec(
    text,
  );
  if (!read) return null;
  const [, mss, wscale, timestamp, sack, ecn] = read;
  const parts = [
    sack && '--sack-perm',
    timestamp && '--timestamp',
    wscale && `--wscale ${wscale}`,
    mss && `--mss ${mss}`,
    ecn && '--ecn',
  ];
  return ['SYNPROXY', ...parts.filter(Boolean)].join(' ');
}

/** nft's spelling of LOG's and NFLOG's options, back as iptables'; null for `log` options that neither has. */
export function printLog(log: Log): string[] | null {
  const parts: string[] = [];
  for (const each of log.options) {
    const level = /^level (\S+)$/.exec(each)?.[1];
    const flag = LOG_FLAGS.find(([, nft]) => nft === each)?.[0];
    const size = /^snaplen ([0-9]+)$/.exec(each)?.[1];
    const threshold = /^queue-threshold ([0-9]+)$/.exec(each)?.[1];
    if (level === 'audit') return null;
    if (level !== undefined && LOG_LEVELS.byName.has(level)) parts.push(`--log-level ${LOG_LEVELS.byName.get(level)}`);
    else if (flag !== undefined) parts.push(flag);
    else if (size !== undefined) parts.push(`--nflog-size ${size}`);
    else if (threshold !== undefined) parts.push(`--nflog-threshold ${threshold}`);
    else return null;
  }
  return parts;
}
