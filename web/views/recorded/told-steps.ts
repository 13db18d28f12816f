/** The events of a kernel trace as steps in the ruleset, each with its base chain and with what the packet is told to be. */
import type { PacketView } from '../../kernel/branch.ts';
import type { ChainSite } from '../../kernel/domain.ts';
import { hasPorts } from '../../kernel/facts.ts';
import type { Verdict } from '../../model/expression.ts';
import { terminalStatement } from '../../model/rule.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';
import type { Statement } from '../../model/statement.ts';
import type { PacketFields, Trace, TraceEvent } from '../../model/trace.ts';
import { type TracedStep, tracedStep } from '../../model/trace-rules.ts';
import type { ViewContext } from '../context.ts';
import { pathsTo } from '../paths.ts';
import { asAddress, fieldsOf, numberIn, protocolIn } from './told-packet.ts';

interface Told {
  readonly site: ChainSite;
  /** What is known of the packet there. */
  readonly view: PacketView;
}

export type ToldStep =
  /** `rules`: more than one where the trace tells only what the rule says. `verdict`: in the words of the tracer's steps; null: not told. */
  | (Told & { readonly kind: 'rule'; readonly rules: readonly Rule[]; readonly verdict: string | null })
  | (Told & { readonly kind: 'policy'; readonly verdict: 'accept' | 'drop' })
  /** The dump has no such rule or chain. */
  | { readonly kind: 'absent'; readonly text: string; readonly verdict: string | null };

export interface ToldSteps {
  readonly steps: readonly ToldStep[];
  /** `inet tracing`: tables that the dump does not have, whose steps are left out. */
  readonly tables: readonly string[];
  /** The packet as it is told first; null: nothing is told of it. */
  readonly start: PacketView | null;
}

/**
 * Where a chain ends by itself is not among the steps: nft does not tell it.
 * `text`: what the spans of the trace are offsets of. Cost: linear in the events, and in the chains that are met.
 */
export function toldSteps(context: ViewContext, trace: Trace, text: string): ToldSteps {
  const reader = new Reader(context, text, isOfNft(trace));
  for (const event of trace.events) reader.event(event);
  return { steps: reader.steps, tables: [...reader.tables], start: reader.start };
}

class Reader {
  readonly steps: ToldStep[] = [];
  readonly tables = new Set<string>();
  start: PacketView | null = null;
  #view: PacketView = NOTHING_TOLD;
  #six = false;
  #base: ChainSite | null = null;
  /** The steps since the packet was told last: what changed it is among them. */
  #since = 0;
  readonly #sites: ReadonlyMap<Chain, Omit<ChainSite, 'family'>>;

  constructor(
    private readonly context: ViewContext,
    private readonly text: string,
    /** nft tells marks with policies only, and none of 0; the others tell them with the packet. */
    private readonly nft: boolean,
  ) {
    this.#sites = sitesOf(context);
  }

  event(event: TraceEvent): void {
    const fields = fieldsOf(event);
    if (fields) this.#look(fields);
    if (event.kind === 'packet' || event.kind === 'connection' || event.kind === 'log') return;
    const { family, table } = event.place;
    const { ruleset } = this.context.analysis;
    if (!ruleset.tables.some((each) => each.family === family && each.name === table)) {
      this.tables.add(`${family} ${table}`);
      return;
    }
    const step = tracedStep(ruleset, event);
    const site = step ? this.#siteOf(step.chain) : null;
    if (step && site) this.#add(event, step, site);
    else if (!(event.kind === 'rule' && event.body && isTracing(event.body))) {
      const said = 'verdict' in event ? event.verdict : null;
      const text = this.text.slice(event.span.start, event.span.end);
      this.steps.push({ kind: 'absent', text, verdict: said && verdictText(said) });
    }
    if (event.kind === 'policy' && this.nft) this.#mark(event.mark ?? 0);
  }

  #add(event: TraceEvent, step: TracedStep, site: ChainSite): void {
    const told: Told = { site, view: this.#view };
    switch (step.kind) {
      case 'rules': {
        const verdict = event.kind === 'rule' ? event.verdict : null;
        this.steps.push({ ...told, kind: 'rule', rules: step.rules, verdict: verdict && verdictText(verdict) });
        return;
      }
      case 'policy': {
        const said = event.kind === 'policy' && event.verdict ? event.verdict.kind : step.chain.base?.policy;
        this.steps.push({ ...told, kind: 'policy', verdict: said === 'drop' ? 'drop' : 'accept' });
        return;
      }
      case 'return':
        return;
    }
  }

  /** The base chain that the packet is in: its own, or the one before whose rules lead here. */
  #siteOf(chain: Chain): ChainSite | null {
    const open = this.#base;
    if (!chain.base && open && open.base.chain.table === chain.table) return open;
    const [path] = chain.base ? [] : pathsTo(this.context, chain, 1);
    const base = path ? this.context.analysis.ruleset.chains[path[0]?.chain ?? -1] : chain;
    const site = base && this.#sites.get(base);
    if (!site) return null;
    this.#base = { ...site, family: site.stack === 'l3' ? (this.#six ? 'ip6' : 'ip') : null };
    return this.#base;
  }

  #look(fields: PacketFields): void {
    this.#six = fields.has('ip6 saddr');
    const { mark } = this.#view;
    this.#view = { ...viewOf(fields, this.#six), mark };
    this.start ??= this.#view;
    if (!this.nft) this.#mark(numberIn(fields, 'meta mark') ?? 0);
  }

  #mark(mark: number): void {
    const before = this.#view.mark;
    if (before === null) this.#firstMark(mark);
    else if (mark !== before) this.#attribute(mark);
    this.#view = { ...this.#view, mark };
    this.#since = this.steps.length;
  }

  /** Where no rule has written one, the packet came with it. */
  #firstMark(mark: number): void {
    const initial = this.steps.some((step) => step.kind === 'rule' && step.rules.some(writesMark)) ? 0 : mark;
    if (this.start) this.start = { ...this.start, mark: initial };
    this.#setMark(0, initial);
    if (mark !== initial) this.#attribute(mark);
  }

  /** The packet has another mark than before: the last rule that writes one has written it. */
  #attribute(mark: number): void {
    for (let at = this.steps.length - 1; at >= this.#since; at--) {
      const step = this.steps[at];
      if (step?.kind !== 'rule' || !step.rules.some(writesMark)) continue;
      this.#setMark(at, mark);
      return;
    }
  }

  #setMark(from: number, mark: number): void {
    for (let at = from; at < this.steps.length; at++) {
      const one = this.steps[at];
      if (one && one.kind !== 'absent') this.steps[at] = { ...one, view: { ...one.view, mark } };
    }
  }
}

function sitesOf({ analysis }: ViewContext): ReadonlyMap<Chain, Omit<ChainSite, 'family'>> {
  const sites = new Map<Chain, Omit<ChainSite, 'family'>>();
  for (const { stack, hook, chains } of analysis.order) {
    for (const base of chains) sites.set(base.chain, { stack, hook, base });
  }
  return sites;
}

const NOTHING_TOLD: PacketView = {
  src: null,
  dst: null,
  sport: null,
  dport: null,
  ttl: null,
  tos: null,
  mark: null,
  iif: null,
  oif: null,
  ct: null,
};

function viewOf(fields: PacketFields, six: boolean): PacketView {
  const protocol = protocolIn(fields);
  const port = (which: 'sport' | 'dport'): number | null => {
    if (protocol !== null && !hasPorts(protocol)) return null;
    for (const [name, value] of fields) if (name.endsWith(` ${which}`) && typeof value === 'number') return value;
    return null;
  };
  const dscp = numberIn(fields, six ? 'ip6 dscp' : 'ip dscp');
  return {
    src: address(fields, six ? 'ip6 saddr' : 'ip saddr'),
    dst: address(fields, six ? 'ip6 daddr' : 'ip daddr'),
    sport: port('sport'),
    dport: port('dport'),
    ttl: numberIn(fields, six ? 'ip6 hoplimit' : 'ip ttl'),
    tos: dscp === null ? null : dscp * 4 + (numberIn(fields, six ? 'ip6 ecn' : 'ip ecn') ?? 0),
    mark: null,
    iif: name(fields, 'meta iifname'),
    oif: name(fields, 'meta oifname'),
    ct: null,
  };
}

function address(fields: PacketFields, field: string): number | bigint | null {
  const value = fields.get(field);
  return typeof value === 'number' || typeof value === 'bigint' ? asAddress(value, field) : null;
}

function name(fields: PacketFields, field: string): string | null {
  const value = fields.get(field);
  return typeof value === 'string' && value !== '' ? value : null;
}

export function verdictText(verdict: Verdict): string {
  return 'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;
}

function isOfNft({ events }: Trace): boolean {
  return events.some((event) => event.kind === 'packet' && event.place !== null);
}

/** What the rule gives where the trace does not tell it; a verdict map may give anything. */
export function verdictOfRule(rule: Rule): string {
  const last = terminalStatement(rule);
  switch (last?.kind) {
    case 'verdict':
      return verdictText(last.verdict);
    case 'nat':
      return 'accept';
    case 'reject':
      return 'drop';
    default:
      return 'continue';
  }
}

function writesMark({ body }: Rule): boolean {
  return body.some((statement) => statement.kind === 'mangle' && statement.target.name === 'meta mark');
}

/** The rule that begins the trace: often it was added for it, and the dump was taken before. */
function isTracing(body: readonly Statement[]): boolean {
  return body.some((statement) => statement.kind === 'mangle' && statement.target.name === 'meta nftrace');
}
