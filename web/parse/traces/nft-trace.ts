/**
 * `nft monitor trace`: `trace id c1528a03 inet t c rule tcp dport 22 accept (verdict accept)`, and `packet:`, `policy`, `return`, `conntrack:` lines.
 * Follows nftables' src/netlink.c (src/trace.c since 1.1.2), netlink_events_trace_cb. Rules and packets are nft text and are read as such.
 */
import type { Span } from '../../base/span.ts';
import type { Scalar } from '../../model/expression.ts';
import { FAMILIES, type Family } from '../../model/hook.ts';
import type { Statement } from '../../model/statement.ts';
import type { PacketFields, TraceEvent, TracePlace } from '../../model/trace.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { parseNft } from '../nft/parse.ts';
import { TraceBuilder } from './builder.ts';
import { otherLine, readTraceLines, verdictNamed } from './line.ts';

const LINE = /^trace id ([0-9a-f]{1,8}) (\S+) (\S+) (\S+)(?: (.*))?$/;
const RULE = /^(?:unknown rule handle (\d+)|rule (.*?)(?: # handle (\d+))?) ?\(verdict ([^()]*)\)\s*$/;

/** How sure it is that `head` is an output of `nft monitor trace`: 0 or 0.95. */
export function detectNftTrace(head: string): number {
  return /^trace id [0-9a-f]{1,8} (?:ip|ip6|inet|arp|bridge|netdev) \S+ \S+ /m.test(head) ? 0.95 : 0;
}

/** Reads `text[start, end)`. Never throws. Cost: linear. */
export function parseNftTrace(text: string, start: number, end: number, options: ParseOptions): ParsedSection {
  const builder = new TraceBuilder();
  const reader = new NftTexts();
  return readTraceLines(
    text,
    start,
    end,
    options,
    (from, to, problems) => {
      const found = LINE.exec(text.slice(from, to));
      const [, id = '', family = '', table = '', chain = '', said = ''] = found ?? [];
      const known = (FAMILIES as readonly string[]).includes(family);
      const place: TracePlace = { family: family as Family, table, chain };
      const event = known ? eventOf(said, place, { start: from, end: to }, reader) : null;
      if (event) builder.add(id, id, event);
      else otherLine(text, from, to, problems);
    },
    () => builder.finish(),
  );
}

function eventOf(said: string, place: TracePlace, span: Span, reader: NftTexts): TraceEvent | null {
  const rule = RULE.exec(said);
  if (rule) {
    const [, unknown, text, handle, verdict = ''] = rule;
    return {
      kind: 'rule',
      place,
      handle: numberOf(unknown ?? handle),
      body: text === undefined ? null : reader.statements(place.family, text),
      verdict: verdictNamed(verdict),
      span,
    };
  }
  const [first = ''] = said.split(' ', 1);
  const rest = said.slice(first.length).trim();
  switch (first) {
    case 'packet:':
      return { kind: 'packet', place, family: place.family, fields: reader.fields(place.family, rest), span };
    case 'conntrack:':
      return { kind: 'connection', place, fields: reader.fields(place.family, rest), span };
    case 'policy':
    case 'return': {
      const mark = /\bmeta mark (0x[0-9a-f]+|\d+)/.exec(rest)?.[1];
      return { kind: first, place, verdict: verdictNamed(rest), mark: numberOf(mark), span };
    }
    // Older releases have only these words for a chain's end and for a policy.
    case 'verdict':
      return { kind: 'return', place, verdict: verdictNamed(rest), mark: null, span };
    case '':
      return { kind: 'policy', place, verdict: null, mark: null, span };
    default:
      return null;
  }
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

/** Reads pieces of nft text; a rule that many packets match is read once. */
class NftTexts {
  private readonly known = new Map<string, readonly Statement[]>();

  statements(family: Family, text: string): readonly Statement[] {
    const key = `${family} ${text}`;
    const known = this.known.get(key);
    if (known) return known;
    const body = read(family, text);
    this.known.set(key, body);
    return body;
  }

  /** What the comparisons `ip saddr 10.0.0.1 tcp dport 22 tcp flags == syn` say of a packet. */
  fields(family: Family, text: string): PacketFields {
    const fields = new Map<string, Scalar>();
    for (const statement of read(family, text)) {
      if (statement.kind !== 'match') continue;
      const { left, right } = statement;
      if (left.kind !== 'field' || right.kind !== 'value') continue;
      // The interface is told by its name.
      const name = typeof right.value === 'string' ? NAMES.get(left.name) : undefined;
      fields.set(name ?? left.name, right.value);
    }
    const protocol = fields.get('ip protocol') ?? fields.get('ip6 nexthdr');
    if (protocol !== undefined && !fields.has('meta l4proto')) fields.set('meta l4proto', protocol);
    return fields;
  }
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['meta iif', 'meta iifname'],
  ['meta oif', 'meta oifname'],
]);

function read(family: Family, text: string): readonly Statement[] {
  const table = `table ${family} t {\nchain c {\n${text}\n}\n}\n`;
  return parseNft(table, 0, table.length, {}).tables[0]?.chains[0]?.rules[0]?.body ?? [];
}
