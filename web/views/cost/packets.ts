/**
 * The packets whose cost is told: to the first, the median and the last Service in the order of the rules, to a NodePort, to the node itself, to the
 * internet, and the user's own. What a dump does not support is left out; a dump without Services has the others.
 */
import type { IpFamily } from '../../base/ip.ts';
import type { NodeFacts, ServiceFact } from '../../facts/fact.ts';
import { nodeFacts } from '../../facts/node-facts.ts';
import { mergedFates } from '../../kernel/fates.ts';
import type { TraceRun } from '../../kernel/trace.ts';
import type { PacketForm } from '../../packet/form.ts';
import { packetLine } from '../../packet/line.ts';
import type { ViewContext } from '../context.ts';
import { arrives, followPacket } from '../trace/build-trace.ts';
import { fateWords } from '../trace/fate-words.ts';
import { buildPresets, type Preset, serviceVisitor } from '../trace/presets.ts';
import { FactTables } from '../trace/routes.ts';
import type { Pin } from '../trace/trace-answer.ts';
import type { CostPacket, HookEvaluations, PacketRole } from './cost-answer.ts';
import { evaluatedOn, evaluationsOf } from './evaluations.ts';

/** Ways of one packet that are looked at. */
export const BRANCHES = 32;
/** Presets that say something of cost, by their ids, in the order of the list. */
const OTHERS = [
  /^outside-nodeport$/,
  /^outside-(tcp|udp)-/,
  /^(pod-internet|container-internet|inside-internet|through-node)$/,
  /^outside-node$/,
  /^node-internet$/,
];

export interface OwnPacket {
  readonly form: PacketForm;
  readonly pins: readonly Pin[];
}

const kept = new WeakMap<NodeFacts, Partial<Record<IpFamily, readonly ServiceFact[]>>>();

/** Services that a packet can be sent to, in the order of the rules. */
export function servicesOf(facts: NodeFacts, family: IpFamily): readonly ServiceFact[] {
  const known = kept.get(facts) ?? {};
  kept.set(facts, known);
  known[family] ??= findServices(facts, family);
  return known[family];
}

function findServices(facts: NodeFacts, family: IpFamily): readonly ServiceFact[] {
  const all = facts.services.filter((service) => service.family === family && service.clusterIp !== null);
  const answering = all.filter(({ endpoints, name }) => endpoints.length > 0 || name === null);
  return answering.length > 0 ? answering : all;
}

const told = new WeakMap<NodeFacts, Partial<Record<IpFamily, readonly Preset[]>>>();

/** Looked for once: that looks at all pods and Services. The same packets as the Trace view begins with. */
function presetsOf(context: ViewContext, family: IpFamily): readonly Preset[] {
  const facts = nodeFacts(context);
  const known = told.get(facts) ?? {};
  told.set(facts, known);
  known[family] ??= buildPresets(facts, family, (form) => arrives(context, form));
  return known[family];
}

export function buildPackets(context: ViewContext, family: IpFamily, own: OwnPacket | null): CostPacket[] {
  const facts = nodeFacts(context);
  const packets: CostPacket[] = [];
  const add = (id: string, role: PacketRole, title: string, preset: Preset): void => {
    const made = measured(
      context,
      { id, role, title, detail: preset.detail, notes: preset.notes, form: preset.packet },
      [],
    );
    if (made) packets.push(made);
  };
  const services = servicesOf(facts, family);
  const visit = serviceVisitor(facts, family, (form) => arrives(context, form));
  for (const [role, at] of placesIn(services.length))
    add(`service-${role}`, role, TITLES[role], visit(services[at] as ServiceFact));
  const presets = presetsOf(context, family);
  for (const pattern of OTHERS) {
    const preset = presets.find(({ id }) => pattern.test(id));
    if (preset) add(preset.id, 'other', preset.title, preset);
  }
  if (own) {
    const line = packetLine(own.form);
    const made = measured(
      context,
      { id: 'own', role: 'own', title: 'Your packet', detail: line, notes: [], form: own.form },
      own.pins,
    );
    if (made) packets.push(made);
  }
  return packets;
}

const TITLES = { first: 'First Service', median: 'Median Service', last: 'Last Service' } as const;

/** The first, the middle and the last of so many; each only once. */
function placesIn(count: number): (readonly ['first' | 'median' | 'last', number])[] {
  if (count === 0) return [];
  if (count === 1) return [['last', 0]];
  if (count === 2)
    return [
      ['first', 0],
      ['last', 1],
    ];
  return [
    ['first', 0],
    ['median', (count - 1) >> 1],
    ['last', count - 1],
  ];
}

type Described = Pick<CostPacket, 'id' | 'role' | 'title' | 'detail' | 'notes' | 'form'>;

function measured(context: ViewContext, described: Described, pins: readonly Pin[]): CostPacket | null {
  const run = followPacket(context, described.form, pins, BRANCHES);
  const course = run?.courses[0];
  if (!run || !course) return null;
  const hooks = evaluationsOf(context, run.packet, course);
  const totals = run.courses.map((one) => evaluatedOn(run.packet, one));
  return {
    ...described,
    line: packetLine(described.form),
    evaluated: totalOf(hooks),
    converted: hooks.reduce((sum, { converted }) => sum + converted, 0),
    least: Math.min(...totals),
    most: Math.max(...totals),
    hooks,
    fate: fateTitle(context, run),
  };
}

export function totalOf(hooks: readonly HookEvaluations[]): number {
  return hooks.reduce((sum, { evaluated }) => sum + evaluated, 0);
}

function fateTitle(context: ViewContext, run: TraceRun): string {
  const tables = new FactTables(run.packet, nodeFacts(context), true);
  const [first] = mergedFates(run, run.packet, tables);
  return first ? fateWords(context, first.fate, run.packet).title : '';
}
