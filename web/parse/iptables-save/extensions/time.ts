/**
 * The `time` match: `meta time`, `meta hour`, `meta day`. Follows libxt_time.c, net/netfilter/xt_time.c. Times are UTC in the kernel, for both.
 * Not modelled: days of the month, `--contiguous` (a night belongs to the day on which it began), `--kerneltz`.
 * Assumption: the last second of `--datestop` is over at its beginning, as nft compares nanoseconds; iptables counts it in.
 */
import { DAYS } from '../../../model/constants.ts';
import type { Expression, Range } from '../../../model/expression.ts';
import type { Match, Statement } from '../../../model/statement.ts';
import { field, type MatchExtension, match, value } from '../extension.ts';
import type { OptionWords } from '../words.ts';

const TIME = field('meta time');
const HOUR = field('meta hour');
const DAY = field('meta day');
const LAST_SECOND = 86_399;
/** libxt_time.c: dates are signed 32 bit, and the kernel compares with the last of them where `--datestop` is not given. */
const FIRST_DATE = '1970-01-01 00:00:00';
const LAST_DATE = '2038-01-19 03:14:07';

/** `9:00`, `09:00:30`: seconds of the day, or -1. */
function secondsOf(text: string): number {
  const read = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text);
  if (!read) return -1;
  const [hours, minutes, seconds] = [Number(read[1]), Number(read[2]), Number(read[3] ?? 0)];
  return hours > 23 || minutes > 59 || seconds > 59 ? -1 : hours * 3600 + minutes * 60 + seconds;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

function clock(seconds: number): string {
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** `2021`, `2021-01-29`, `2021-01-29T12:00`: as nft writes it, or null. */
function dateOf(text: string): string | null {
  const read = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?:T(\d{1,2}))?(?::(\d{1,2}))?(?::(\d{1,2}))?$/.exec(text);
  if (!read) return null;
  const [, year = '', month = '1', day = '1', hours = '0', minutes = '0', seconds = '0'] = read;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (y < 1970 || y > 2038 || m < 1 || m > 12 || d < 1 || d > 31) return null;
  const time = secondsOf(`${hours}:${minutes}:${seconds}`);
  const date = `${year}-${two(m)}-${two(d)} ${clock(time)}`;
  return time < 0 || date > LAST_DATE ? null : date;
}

/** A time that goes over midnight is outside of the other part of the day. */
function hourMatch(start: number, stop: number): Match | null {
  if (start <= stop) return match(HOUR, '==', { kind: 'range', from: start, to: stop });
  if (stop + 1 > start - 1) return null;
  return match(HOUR, '!=', { kind: 'range', from: stop + 1, to: start - 1 });
}

/** `Mon,Tu`, `1,7`: nft's numbers (Sunday 0) in iptables' order, or null. */
function daysOf(text: string, negated: boolean): number[] | null {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const number = /^[1-7]$/.test(part) ? Number(part) : DAY_NAMES.findIndex((name) => isDay(name, part)) + 1;
    if (number === 0) return null;
    days.add(number);
  }
  return [1, 2, 3, 4, 5, 6, 7].filter((day) => days.has(day) !== negated).map((day) => day % 7);
}

const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** libxt_time.c takes two letters or more. */
function isDay(name: string, text: string): boolean {
  return text.length >= 2 && text.slice(0, 3).toLowerCase() === name.slice(0, text.length).toLowerCase();
}

const ALLOWED = ['--datestart', '--datestop', '--timestart', '--timestop', '--weekdays'];

function timeMatches(options: readonly OptionWords[]): Match[] | null {
  const found = new Map<string, OptionWords>();
  for (const each of options) {
    const wrong = !ALLOWED.includes(each.name) || found.has(each.name) || each.args.length !== 1;
    if (wrong || (each.negated && each.name !== '--weekdays')) return null;
    found.set(each.name, each);
  }
  const text = (name: string) => found.get(name)?.args[0];
  const matches: Match[] = [];
  if (found.has('--datestart') || found.has('--datestop')) {
    const from = dateOf(text('--datestart') ?? '1970');
    const to = found.has('--datestop') ? dateOf(text('--datestop') ?? '') : LAST_DATE;
    if (from === null || to === null || from > to) return null;
    matches.push(match(TIME, '==', { kind: 'range', from, to }));
  }
  if (found.has('--timestart') || found.has('--timestop')) {
    const start = secondsOf(text('--timestart') ?? '0:00');
    const stop = found.has('--timestop') ? secondsOf(text('--timestop') ?? '') : LAST_SECOND;
    const hour = start < 0 || stop < 0 ? null : hourMatch(start, stop);
    if (!hour) return null;
    matches.push(hour);
  }
  const weekdays = found.get('--weekdays');
  if (weekdays) {
    const days = daysOf(weekdays.args[0] as string, weekdays.negated)?.map((day) => value(day));
    if (!days || days.length === 0) return null;
    const one = days.length === 1 ? days[0] : undefined;
    matches.push(match(DAY, '==', one ?? { kind: 'set', elements: days.map((key) => ({ key })) }));
  }
  return matches.length > 0 ? matches : null;
}

function isoDate(date: string): string {
  return date.replace(' ', 'T');
}

function printDates({ from, to }: Range): string | null {
  if (typeof from !== 'string' || typeof to !== 'string') return null;
  const parts: string[] = [];
  if (from !== FIRST_DATE) parts.push(`--datestart ${isoDate(from)}`);
  if (to !== LAST_DATE) parts.push(`--datestop ${isoDate(to)}`);
  return parts.every((part) => /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(part)) && parts.length > 0
    ? parts.join(' ')
    : null;
}

function printHours({ from, to }: Range, op: Match['op']): string | null {
  if (typeof from !== 'number' || typeof to !== 'number') return null;
  if (op === '!=')
    return from > 0 && to < LAST_SECOND ? `--timestart ${clock(to + 1)} --timestop ${clock(from - 1)}` : null;
  return op === '==' ? `--timestart ${clock(from)} --timestop ${clock(to)}` : null;
}

function printDays(right: Expression): string | null {
  const keys = right.kind === 'set' ? right.elements.map(({ key }) => key) : [right];
  const numbers = keys.map((key) =>
    key.kind === 'value' && DAYS.byNumber.has(Number(key.value)) ? Number(key.value) : -1,
  );
  if (numbers.includes(-1)) return null;
  return `--weekdays ${DAY_NAMES.filter((_, i) => numbers.includes((i + 1) % 7)).join(',')}`;
}

function printOne(statement: Statement | undefined): { rank: number; text: string } | null {
  if (statement?.kind !== 'match') return null;
  const { left, op, right } = statement;
  let text: string | null = null;
  if (left === HOUR && right.kind === 'range') text = printHours(right, op);
  else if (left === DAY && op === '==') text = printDays(right);
  else if (left === TIME && op === '==' && right.kind === 'range') text = printDates(right);
  return text === null ? null : { rank: left === HOUR ? 0 : left === DAY ? 1 : 2, text };
}

/** libxt_time.c prints hours, days, dates. */
export const TIME_MATCH: MatchExtension = {
  name: 'time',
  printsFields: [TIME.name, HOUR.name, DAY.name],
  parse: timeMatches,
  print(body, index) {
    const parts: { rank: number; text: string }[] = [];
    for (let at = index; at < body.length; at++) {
      const part = printOne(body[at]);
      if (!part || parts.some(({ rank }) => rank === part.rank)) break;
      parts.push(part);
    }
    parts.sort((a, b) => a.rank - b.rank);
    return parts.length > 0 ? { text: parts.map(({ text }) => text).join(' '), used: parts.length } : null;
  },
};
