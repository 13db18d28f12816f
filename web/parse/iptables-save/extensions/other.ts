/**
 * Matches that are statements of their own kind (comment, limit, quota), sets, statistic, and the list of those that stay text.
 * Follows iptables-extensions(8), libxt_limit.c, libxt_statistic.c, libxt_set.h.
 */
import type { Expression, Numgen } from '../../../model/expression.ts';
import type { Limit, Match } from '../../../model/statement.ts';
import { parseNumber, quoteWord } from '../codecs.ts';
import { field, type MatchExtension, match, value } from '../extension.ts';
import type { OptionWords } from '../words.ts';

function only(options: readonly OptionWords[], allowed: readonly string[]): boolean {
  return (
    options.length > 0 &&
    options.every(({ name }, i) => allowed.includes(name) && options.findIndex((o) => o.name === name) === i)
  );
}

export function find(options: readonly OptionWords[], name: string): OptionWords | undefined {
  return options.find((each) => each.name === name);
}

export const COMMENT: MatchExtension = {
  name: 'comment',
  printsKinds: ['comment'],
  parse(options) {
    const [one, ...rest] = options;
    if (one?.name !== '--comment' || one.negated || one.args.length !== 1 || rest.length > 0) return null;
    return [{ kind: 'comment', text: one.args[0] as string }];
  },
  print(body, index) {
    const statement = body[index];
    return statement?.kind === 'comment' ? { text: `--comment ${quoteWord(statement.text)}`, used: 1 } : null;
  },
};

/** Units by their first letters: libxt_limit.c, parse_rate() takes any beginning of the word. */
const UNITS = ['second', 'minute', 'hour', 'day'] as const;
const PRINTED_UNITS = { second: 'sec', minute: 'min', hour: 'hour', day: 'day', week: 'week' } as const;
const DEFAULT_BURST = 5;

/** `5/sec`, `10/m`; null where it is no rate. */
export function rateOf(text: string): { rate: number; per: Limit['per'] } | null {
  const cut = text.indexOf('/');
  const rate = parseNumber(cut < 0 ? text : text.slice(0, cut));
  const unit = cut < 0 ? 's' : text.slice(cut + 1).toLowerCase();
  const per = unit === '' ? undefined : UNITS.find((name) => name.startsWith(unit));
  return rate > 0 && per ? { rate, per } : null;
}

/** The default burst of 5 is null, as nft leaves it out too. */
export const LIMIT: MatchExtension = {
  name: 'limit',
  printsKinds: ['limit'],
  parse(options) {
    if (options.length > 0 && !only(options, ['--limit', '--limit-burst'])) return null;
    if (options.some(({ negated, args }) => negated || args.length !== 1)) return null;
    const written = find(options, '--limit')?.args[0] ?? '3/hour';
    const rate = rateOf(written);
    const burst = parseNumber(find(options, '--limit-burst')?.args[0] ?? String(DEFAULT_BURST), 10_000);
    if (!rate || burst < 1) return null;
    return [{ kind: 'limit', ...rate, burst: burst === DEFAULT_BURST ? null : burst, over: false, bytes: false }];
  },
  print(body, index) {
    const limit = body[index];
    if (limit?.kind !== 'limit' || limit.over || limit.bytes || limit.name || limit.per === 'week') return null;
    const burst = limit.burst === null || limit.burst === DEFAULT_BURST ? '' : ` --limit-burst ${limit.burst}`;
    return { text: `--limit ${limit.rate}/${PRINTED_UNITS[limit.per]}${burst}`, used: 1 };
  },
};

/** Kernel: net/netfilter/xt_quota.c; `! --quota` matches once the quota is used up, nft's `quota over`. */
export const QUOTA: MatchExtension = {
  name: 'quota',
  printsKinds: ['quota'],
  parse(options) {
    const [one, ...rest] = options;
    if (one?.name !== '--quota' || one.args.length !== 1 || rest.length > 0) return null;
    const written = one.args[0] as string;
    const bytes = /^[0-9]{1,20}$/.test(written) ? Number(written) : -1;
    if (bytes < 0) return null;
    const exact = Number.isSafeInteger(bytes) ? {} : { spelled: written };
    return [{ kind: 'quota', bytes, used: null, over: one.negated, ...exact }];
  },
  print(body, index) {
    const quota = body[index];
    if (quota?.kind !== 'quota' || quota.name) return null;
    // nft's own spelling is no number: `quota 25 mbytes`.
    const exact = quota.spelled !== undefined && /^\d+$/.test(quota.spelled);
    if (!exact && !Number.isSafeInteger(quota.bytes)) return null;
    return { text: `${quota.over ? '! ' : ''}--quota ${exact ? quota.spelled : quota.bytes}`, used: 1 };
  },
};

const RANDOM: Numgen = { kind: 'numgen', mode: 'random', modulus: 0x80000000, offset: 0 };

/**
 * Kernel: net/netfilter/xt_statistic.c compares 31 random bits with `probability`.
 * Assumption: `nth` is nft's `numgen inc mod EVERY == PACKET`, as iptables-translate writes it; which packet is the first differs.
 */
export const STATISTIC: MatchExtension = {
  name: 'statistic',
  printsFields: ['numgen'],
  parse(options) {
    const mode = find(options, '--mode')?.args[0];
    if (mode === 'random' && only(options, ['--mode', '--probability'])) {
      const chance = find(options, '--probability');
      const written = chance?.args[0] ?? '';
      const probability = /^[0-9]*\.?[0-9]+$/.test(written) ? Number(written) : -1;
      if (!chance || probability < 0 || probability > 1) return null;
      const limit = Math.round(probability * 0x80000000);
      return [match(RANDOM, chance.negated ? '>=' : '<', value(limit, written))];
    }
    if (mode !== 'nth' || !only(options, ['--mode', '--every', '--packet'])) return null;
    const every = find(options, '--every');
    const modulus = parseNumber(every?.args[0] ?? '');
    const packet = parseNumber(find(options, '--packet')?.args[0] ?? '0');
    if (!every || modulus < 1 || packet < 0) return null;
    const numgen: Numgen = { kind: 'numgen', mode: 'inc', modulus, offset: 0 };
    return [match(numgen, every.negated ? '!=' : '==', value(packet))];
  },
  print(body, index) {
    const { left, op, right } = body[index] as Match;
    if (left.kind !== 'numgen' || left.offset !== 0 || right.kind !== 'value' || typeof right.value !== 'number')
      return null;
    if (left.mode === 'random' && left.modulus === 0x80000000 && (op === '<' || op === '>=')) {
      const written = right.spelled ?? (right.value / 0x80000000).toFixed(11);
      return { text: `--mode random ${op === '<' ? '' : '! '}--probability ${written}`, used: 1 };
    }
    if (left.mode !== 'inc' || (op !== '==' && op !== '!=')) return null;
    return { text: `--mode nth ${op === '==' ? '' : '! '}--every ${left.modulus} --packet ${right.value}`, used: 1 };
  },
};

const DIRECTION_FIELDS: ReadonlyMap<string, Expression> = new Map([
  ['src', field('ipset src')],
  ['dst', field('ipset dst')],
]);

/** `src,dst` as the key of an ipset: which header field each part is depends on the set's type (web/model/ipset.ts). Null if neither. */
export function ipsetKey(directions: string): Expression | null {
  const parts: Expression[] = [];
  for (const each of directions.split(',')) {
    const part = DIRECTION_FIELDS.get(each);
    if (!part || parts.length === 6) return null;
    parts.push(part);
  }
  return parts.length === 1 ? (parts[0] as Expression) : { kind: 'concat', parts };
}

export function printIpsetKey(key: Expression): string | null {
  const parts = key.kind === 'concat' ? key.parts : [key];
  const names = parts.map((part) =>
    part.kind === 'field' && part.name.startsWith('ipset ') ? part.name.slice(6) : null,
  );
  return names.includes(null) ? null : names.join(',');
}

export const SET: MatchExtension = {
  name: 'set',
  printsFields: ['ipset src', 'ipset dst'],
  parse(options) {
    const [one, ...rest] = options;
    if (!one || rest.length > 0 || (one.name !== '--match-set' && one.name !== '--set') || one.args.length !== 2)
      return null;
    const key = ipsetKey(one.args[1] as string);
    const name = one.args[0] as string;
    return key && [match(key, one.negated ? '!=' : '==', { kind: 'set-reference', name, ipset: true })];
  },
  print(body, index) {
    const { left, op, right } = body[index] as Match;
    if (right.kind !== 'set-reference' || !right.ipset) return null;
    const directions = printIpsetKey(left);
    return directions === null
      ? null
      : { text: `${op === '!=' ? '! ' : ''}--match-set ${right.name} ${directions}`, used: 1 };
  },
};

/** Extensions that the model keeps as text with a reading, or by decision: web/parse/README.md says why for each. */
export const OPAQUE_MATCHES: readonly MatchExtension[] =
  'bpf cluster hashlimit ipvs nfacct rateest recent string u32 unclean'
    .split(' ')
    .map((name) => ({ name, opaque: true }));
