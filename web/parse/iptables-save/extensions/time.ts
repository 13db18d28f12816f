/**
 * The `time` match: `meta time`, `meta hour`, `meta day`, and `time monthday`, a field of iptables' own. Follows libxt_time.c,
 * net/netfilter/xt_time.c. Times are UTC in the kernel, for both. `--contiguous` (a night belongs to the day on which it began) and `--kerneltz` are
 * text with a reading.
 * Assumption: the last second of `--datestop` is over at its beginning, as nft compares nanoseconds; iptables counts it in.
 */
import { DAYS } from '../../../model/constants.ts';
import type { Expression, Field, Range } from '../../../model/expression.ts';
import type { Match, Statement } from '../../../model/statement.ts';
import type { TimeReading } from '../../../model/xt-reading.ts';
import { field, type MatchExtension, match, value } from '../extension.ts';
import type { OptionWords } from '../words.ts';

const TIME = field('meta time');
const HOUR = field('meta hour');
const DAY = field('meta day');
const MONTHDAY = field('time monthday');
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

const VALUED = ['--datestart', '--datestop', '--timestart', '--timestop', '--weekdays', '--monthdays'];
const FLAGS = ['--contiguous', '--kerneltz'];

/** All options by name; null where one is unknown, comes twice, or has not its value. */
function byName(options: readonly OptionWords[]): Map<string, OptionWords> | null {
  const found = new Map<string, OptionWords>();
  for (const each of options) {
    const valued = VALUED.includes(each.name);
    const wrong =
      (!valued && !FLAGS.includes(each.name)) || found.has(each.name) || each.args.length !== (valued ? 1 : 0);
    if (wrong || (each.negated && !/days$/.test(each.name))) return null;
    found.set(each.name, each);
  }
  return found;
}

/** One of some days, or one that is not among them. */
function oneOfDays(left: Expression, days: readonly number[]): Match | null {
  const values = days.map((day) => value(day));
  const [one, ...more] = values;
  if (!one) return null;
  return match(left, '==', more.length === 0 ? one : { kind: 'set', elements: values.map((key) => ({ key })) });
}

/** `1,15`, negated or not: days of the month that match, in their order; null where one is none. */
function monthDays({ args: [text = ''], negated }: OptionWords): number[] | null {
  const days = text.split(',').map((part) => (/^\d{1,2}$/.test(part) ? Number(part) : 0));
  if (days.some((day) => day < 1 || day > 31)) return null;
  return Array.from({ length: 31 }, (_, i) => i + 1).filter((day) => days.includes(day) !== negated);
}

/** The comparisons of all options but the flags; null where one of them is none. Days that are all days compare nothing. */
function comparisons(found: ReadonlyMap<string, OptionWords>): Match[] | null {
  const text = (name: string) => found.get(name)?.args[0];
  const matches: (Match | 'always' | null)[] = [];
  if (found.has('--datestart') || found.has('--datestop'))
    matches.push(dateMatch(text('--datestart'), text('--datestop')));
  if (found.has('--timestart') || found.has('--timestop')) {
    const start = secondsOf(text('--timestart') ?? '0:00');
    const stop = found.has('--timestop') ? secondsOf(text('--timestop') ?? '') : LAST_SECOND;
    matches.push(start < 0 || stop < 0 ? null : hourMatch(start, stop));
  }
  const month = found.get('--monthdays');
  if (month) matches.push(dayMatch(MONTHDAY, monthDays(month), 31));
  const week = found.get('--weekdays');
  if (week) matches.push(dayMatch(DAY, daysOf(week.args[0] as string, week.negated), 7));
  return matches.includes(null) ? null : matches.filter((each) => each !== null && each !== 'always');
}

function dateMatch(start: string | undefined, stop: string | undefined): Match | null {
  const from = dateOf(start ?? '1970');
  const to = stop === undefined ? LAST_DATE : dateOf(stop);
  if (from === null || to === null || from > to) return null;
  return match(TIME, '==', { kind: 'range', from, to }, stop === undefined ? BRIEF : undefined);
}

const BRIEF = 'time brief';

/** All days: libxt_time.c prints nothing. */
function dayMatch(left: Field, days: readonly number[] | null, all: number): Match | 'always' | null {
  if (!days) return null;
  return days.length === all ? 'always' : oneOfDays(left, days);
}

function timeMatches(options: readonly OptionWords[]): Match[] | null {
  const found = byName(options);
  if (!found || FLAGS.some((name) => found.has(name))) return null;
  const matches = comparisons(found);
  return matches && matches.length > 0 ? matches : null;
}

/** The reading of options with `--contiguous` or `--kerneltz`. */
export function readTime(options: readonly OptionWords[]): TimeReading | null {
  const found = byName(options);
  const matches = found && comparisons(found);
  if (!found || !matches) return null;
  // All of the time, whichever zone.
  const said = matches.filter((each) => !isAllTime(each));
  return { kind: 'time', matches: said, contiguous: found.has('--contiguous'), kernelZone: found.has('--kerneltz') };
}

function isAllTime({ left, op, right }: Match): boolean {
  if (op !== '==' || right.kind !== 'range') return false;
  if (left === HOUR) return right.from === 0 && right.to === LAST_SECOND;
  return left === TIME && right.from === FIRST_DATE && right.to === LAST_DATE;
}

function isoDate(date: string): string {
  return date.replace(' ', 'T');
}

/** Since 1.8 libxt_time.c prints the last date too; `via` remembers a listing that leaves it out. */
function printDates({ from, to }: Range, brief: boolean): string | null {
  if (typeof from !== 'string' || typeof to !== 'string') return null;
  const parts: string[] = [];
  if (from !== FIRST_DATE) parts.push(`--datestart ${isoDate(from)}`);
  if (to !== LAST_DATE || !brief) parts.push(`--datestop ${isoDate(to)}`);
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

function printMonthDays(right: Expression): string | null {
  const keys = right.kind === 'set' ? right.elements.map(({ key }) => key) : [right];
  const days = keys.map((key) => (key.kind === 'value' && typeof key.value === 'number' ? key.value : 0));
  return days.includes(0) ? null : `--monthdays ${days.join()}`;
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
  else if (left === MONTHDAY && op === '==') text = printMonthDays(right);
  else if (left === TIME && op === '==' && right.kind === 'range') text = printDates(right, statement.via === BRIEF);
  return text === null ? null : { rank: PRINTED.indexOf(left as Field), text };
}

/** The order in which libxt_time.c prints. */
const PRINTED: readonly Field[] = [HOUR, MONTHDAY, DAY, TIME];

export const TIME_MATCH: MatchExtension = {
  name: 'time',
  printsFields: PRINTED.map(({ name }) => name),
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
