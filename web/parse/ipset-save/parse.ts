/**
 * `ipset save`: `create NAME TYPE options` and `add NAME element options` lines. Follows ipset(8) and its lib/ipset_hash_*.c, lib/data.c.
 * Commands that change a set (`del`, `flush`, `swap`, ...) are carried out by commands.ts.
 */
import { parseIpv4, parseIpv6, parseMac } from '../../base/address.ts';
import { span } from '../../base/span.ts';
import { PROTOCOLS, SERVICES } from '../../model/constants.ts';
import type { ElementExtras, SetElement } from '../../model/expression.ts';
import { type Expression, value } from '../../model/expression.ts';
import { ipsetParts } from '../../model/ipset.ts';
import type { NamedSet } from '../../model/ruleset.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { icmpTypeCode } from '../iptables-save/extensions/transport.ts';
import { Problems } from '../iptables-save/problems.ts';
import { isBlank, splitWords, type Word, wordEnd, wordText } from '../iptables-save/words.ts';

import { dropRepeated, isSetCommand, runSetCommand } from './commands.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** A set while it is read. */
export interface Building {
  readonly set: Mutable<NamedSet>;
  readonly elements: SetElement[];
  readonly parts: readonly string[];
  /** Its elements may be there twice: it was added to with `-exist`. */
  again: boolean;
}

const PROGRESS_STEP = 1 << 20;
const CREATE = /^[ \t]*(?:-N|create) \S+ (?:hash|bitmap|list):/m;

export function detectIpsetSave(head: string): number {
  return CREATE.test(head) ? 0.95 : 0;
}

/** Reads `text[start, end)`. Never throws. Cost: linear. */
export function parseIpsetSave(text: string, start: number, end: number, options: ParseOptions): ParsedSection {
  const section: ParsedSection = { tables: [], ipsets: [], diagnostics: [] };
  const problems = new Problems(section.diagnostics);
  const sets = new Map<string, Building>();
  let at = start;
  let nextProgress = at + PROGRESS_STEP;
  while (at < end) {
    let eol = text.indexOf('\n', at);
    if (eol < 0 || eol > end) eol = end;
    line(text, at, eol, sets, section, problems);
    at = eol + 1;
    if (at >= nextProgress) {
      options.onProgress?.((at - start) / (end - start));
      nextProgress = at + PROGRESS_STEP;
    }
  }
  for (const building of sets.values()) if (building.again) dropRepeated(building.elements);
  problems.finish();
  return section;
}

function line(
  text: string,
  lineStart: number,
  lineEnd: number,
  sets: Map<string, Building>,
  section: ParsedSection,
  problems: Problems,
): void {
  let start = lineStart;
  let end = lineEnd;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  if (start === end || text.charCodeAt(start) === 0x23) return;
  const wordStop = wordEnd(text, start, end);
  const command = text.slice(start, wordStop);
  if (command === 'add' || command === '-A') addElement(text, wordStop, end, start, sets, problems);
  else if (command === 'create' || command === '-N') createSet(text, start, end, sets, section, problems);
  else if (command === 'COMMIT' || command === 'quit') return;
  else if (isSetCommand(command)) {
    const read = (element: string, { parts }: Building): Expression => readElement(element, parts).expression;
    const why = runSetCommand(splitWords(text, start, end), sets, section.ipsets, read);
    if (why !== null)
      problems.add(
        'info',
        'command-refused',
        `“${text.slice(start, Math.min(end, start + 60))}” has no effect here: ${why}.`,
        start,
        end,
      );
  } else
    problems.add(
      'error',
      'not-understood',
      `“${text.slice(start, Math.min(end, start + 60))}” is no line of ipset save.`,
      start,
      end,
    );
}

const CREATE_FLAGS: ReadonlySet<string> = new Set(['counters', 'comment', 'skbinfo', 'forceadd', '-exist', '-!']);

function createSet(
  text: string,
  start: number,
  end: number,
  sets: Map<string, Building>,
  section: ParsedSection,
  problems: Problems,
): void {
  const words = splitWords(text, start, end);
  const [, name, type] = words;
  if (!name || !type) {
    problems.add('error', 'not-understood', 'create needs a name and a type.', start, end);
    return;
  }
  if (sets.has(name.text)) {
    if (words.some(({ text: word }) => word === '-exist' || word === '-!')) return;
    problems.add(
      'warning',
      'duplicate-set',
      `The set ${name.text} is created twice; its elements are joined.`,
      start,
      end,
    );
    return;
  }
  const flags: string[] = [];
  const options: string[] = [];
  const written = (word: Word) => text.slice(word.start, word.end);
  for (let i = 3; i < words.length; i++) {
    const word = words[i] as Word;
    if (CREATE_FLAGS.has(word.text)) {
      flags.push(word.text);
      options.push(word.text);
    } else {
      const argument = words[++i];
      options.push(argument === undefined ? written(word) : `${written(word)} ${written(argument)}`);
    }
  }
  const elements: SetElement[] = [];
  const set: Mutable<NamedSet> = {
    id: 0,
    name: name.text,
    table: null,
    key: { types: [type.text] },
    data: null,
    flags,
    elements,
    complete: true,
    comment: null,
    handle: null,
    options,
    span: span(start, end),
    nameSpan: span(name.start, name.end),
  };
  sets.set(name.text, { set, elements, parts: ipsetParts(type.text), again: false });
  section.ipsets.push(set);
}

function addElement(
  text: string,
  from: number,
  end: number,
  lineStart: number,
  sets: Map<string, Building>,
  problems: Problems,
): void {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  const nameEnd = wordEnd(text, at, end);
  const building = sets.get(wordText(text, at, nameEnd));
  if (!building) {
    const message = `add to the set ${text.slice(at, nameEnd)}, which this listing does not create.`;
    problems.add('warning', 'undeclared-set', message, lineStart, end);
    return;
  }
  at = nameEnd;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  const elementEnd = wordEnd(text, at, end);
  const written = text.slice(at, elementEnd);
  if (written === '') {
    problems.add('error', 'not-understood', 'add needs a set and an element.', lineStart, end);
    return;
  }
  const key = readElement(written, lacksMac(written, building) ? ['ip'] : building.parts);
  building.set.span = span(building.set.span.start, end);
  const extra = elementEnd === end ? null : readExtras(text, elementEnd, end);
  if (key.unread || extra?.unread) {
    const message = `A part of this element of ${building.set.name} is kept as text.`;
    problems.add('warning', 'value-not-understood', message, lineStart, end);
  }
  const element: Mutable<SetElement> = { key: key.expression };
  if (extra?.exist) building.again = true;
  if (extra?.except) element.except = true;
  if (extra?.extras) element.extras = extra.extras;
  building.elements.push(element);
}

/** A bitmap of addresses with MACs may have an address alone: the first packet from there fills in the other. */
function lacksMac(text: string, { set }: Building): boolean {
  return set.key.types[0] === 'bitmap:ip,mac' && !text.includes(',');
}

/** `10.0.0.0/8,tcp:80,eth0` by the set's parts. */
function readElement(text: string, parts: readonly string[]): { expression: Expression; unread: boolean } {
  const pieces = text.split(',');
  const keys: Expression[] = [];
  let unread = pieces.length !== parts.length;
  parts.forEach((part, index) => {
    const piece = pieces[index];
    const read = piece === undefined ? null : readPart(piece, part);
    if (read) keys.push(read);
    else unread = true;
  });
  if (unread) return { expression: { kind: 'opaque-expression', text }, unread };
  return { expression: keys.length === 1 ? (keys[0] as Expression) : { kind: 'concat', parts: keys }, unread };
}

function readPart(text: string, part: string): Expression | null {
  switch (part) {
    case 'ip':
    case 'net':
      return readAddress(text);
    case 'port':
      return readPort(text);
    case 'mac': {
      const mac = parseMac(text);
      return mac === null ? null : value(mac);
    }
    case 'mark': {
      const mark = Number(text);
      return Number.isInteger(mark) && mark >= 0 && mark <= 0xffffffff ? value(mark) : null;
    }
    case 'iface':
      return text === '' ? null : value(text);
    case 'set':
      return text === '' ? null : { kind: 'set-reference', name: text, ipset: true };
    default:
      return null;
  }
}

function oneAddress(text: string): number | bigint | null {
  const v4 = parseIpv4(text);
  return v4 >= 0 ? v4 : parseIpv6(text);
}

function readAddress(text: string): Expression | null {
  const slash = text.indexOf('/');
  if (slash > 0) {
    const address = oneAddress(text.slice(0, slash));
    const length = /^[0-9]{1,3}$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : -1;
    const width = typeof address === 'bigint' ? 128 : 32;
    if (address === null || length < 0 || length > width) return null;
    return length === width ? value(address) : { kind: 'prefix', address, length, width };
  }
  const single = oneAddress(text);
  if (single !== null) return value(single);
  const dash = text.indexOf('-');
  const from = dash > 0 ? oneAddress(text.slice(0, dash)) : null;
  const to = dash > 0 ? oneAddress(text.slice(dash + 1)) : null;
  return from === null || to === null ? null : { kind: 'range', from, to };
}

/** A set's port carries its protocol: `tcp:80`, `udp:53-60`, `icmp:8/0`; as a concatenation of both. A bitmap's is a number. */
function readPort(text: string): Expression | null {
  const colon = text.indexOf(':');
  const protocol =
    colon < 0
      ? null
      : (PROTOCOLS.byName.get(text.slice(0, colon).toLowerCase()) ?? numberIn(text.slice(0, colon), 255));
  if (protocol !== null && protocol < 0) return null;
  const ports = text.slice(colon + 1);
  const icmp = protocol === 1 || protocol === 58 ? icmpTypeCode(ports, protocol === 58) : null;
  const dash = ports.indexOf('-');
  let port: Expression | null = null;
  if (icmp !== null) port = value(icmp, ports);
  else if (dash > 0) {
    const from = portNumber(ports.slice(0, dash));
    const to = portNumber(ports.slice(dash + 1));
    port = from < 0 || to < 0 ? null : { kind: 'range', from, to };
  } else if (portNumber(ports) >= 0) port = value(portNumber(ports));
  if (!port || protocol === null) return port;
  return { kind: 'concat', parts: [value(protocol), port] };
}

function numberIn(text: string, max: number): number {
  const n = /^[0-9]{1,10}$/.test(text) ? Number(text) : -1;
  return n <= max ? n : -1;
}

function portNumber(text: string): number {
  const n = numberIn(text, 0xffff);
  return n >= 0 ? n : (SERVICES.byName.get(text.toLowerCase()) ?? -1);
}

/** The options behind an element. Times in ipset are seconds. */
function readExtras(
  text: string,
  start: number,
  end: number,
): { extras: ElementExtras | null; except: boolean; exist: boolean; unread: boolean } {
  const words = splitWords(text, start, end);
  const extras: Mutable<ElementExtras> = {};
  const state: string[] = [];
  let except = false;
  let exist = false;
  let unread = false;
  for (let i = 0; i < words.length; i++) {
    const name = (words[i] as Word).text;
    if (name === 'nomatch') except = true;
    else if (name === '-exist' || name === '-!') exist = true;
    else {
      const argument = words[++i];
      const number = argument && /^[0-9]{1,15}$/.test(argument.text) ? Number(argument.text) : null;
      if (name === 'comment' && argument) extras.comment = argument.text;
      else if (name === 'timeout' && number !== null) extras.timeout = number * 1000;
      else if (name === 'packets' && number !== null) extras.packets = number;
      else if (name === 'bytes' && number !== null) extras.bytes = number;
      else if (argument) state.push(`${name} ${text.slice(argument.start, argument.end)}`);
      else unread = true;
    }
  }
  if (state.length > 0) extras.state = state.join(' ');
  return { extras: Object.keys(extras).length > 0 ? extras : null, except, exist, unread };
}
