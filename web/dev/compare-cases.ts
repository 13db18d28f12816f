/** Where the tracer's answer to a recorded case differs from what the kernel did: shared by the unit tests and `compare-kernel.ts`. */
import { type CaseRunner, readCase } from '../cli/trace-case.ts';
import { traceJson } from '../kernel/trace-json.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a recorded case says of the kernel's answer. */
export interface KernelAnswer {
  readonly trace: readonly Json[];
  readonly hooks: readonly Json[];
  readonly fate: Json;
}

const STEP_KEYS = [
  'engine',
  'family',
  'table',
  'chain',
  'baseChain',
  'hook',
  'priority',
  'type',
  'ruleIndex',
  'verdict',
];
const FATE_KEYS = ['fate', 'iface', 'nat', 'packet', 'reply', 'mark', 'after'];
const BY_KEYS = ['engine', 'family', 'table', 'chain', 'type', 'ruleIndex'];

/** The differences in words, empty where there is none. Throws CaseError for a case that cannot be run. */
export function compareCase(runner: CaseRunner, recorded: Json): string[] {
  const { run, packet, ruleset, routing } = runner.run(readCase(recorded));
  const ours = traceJson(run, { ruleset, packet, routing }) as unknown as Json & {
    readonly steps: readonly Json[];
    readonly fate: Json;
    readonly hooks: readonly Json[];
    readonly certain: boolean;
  };
  const kernel = recorded as unknown as KernelAnswer;
  const found: string[] = [];
  // Its fate may be certain where its way there is not.
  if (!ours.certain || run.courses.length > 1) found.push(`not certain: ${JSON.stringify(ours['unknowns'])}`);
  found.push(...stepDifferences(ours.steps, kernel.trace));
  found.push(...fateDifferences(ours.fate, kernel.fate));
  // A copy's hooks are among the kernel's.
  if (kernel.fate['copies'] === undefined) found.push(...hookDifferences(ours.hooks, kernel.hooks));
  return found;
}

function differs(ours: unknown, kernel: unknown): boolean {
  const [mine, theirs] = [sortedText(ours), sortedText(kernel)];
  return mine !== theirs && !(PORT_RANGE.test(mine) && isWithin(mine, theirs));
}

const PORT_RANGE = /:(\d+)-(\d+)"/;

/** A port that the kernel draws at random is told as the range that it is drawn from. */
function isWithin(mine: string, theirs: string): boolean {
  const [, from, to] = PORT_RANGE.exec(mine) as unknown as [string, string, string];
  const before = mine.slice(0, mine.search(PORT_RANGE) + 1);
  const port = theirs.startsWith(before) ? /^\d+/.exec(theirs.slice(before.length))?.[0] : undefined;
  if (port === undefined || Number(port) < Number(from) || Number(port) > Number(to)) return false;
  const told = mine.replace(PORT_RANGE, `:${port}"`);
  return told === theirs || (PORT_RANGE.test(told) && isWithin(told, theirs));
}

function sortedText(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function stepText(step: Json | undefined): string {
  if (!step) return 'nothing';
  return `${STEP_KEYS.slice(0, 4)
    .map((key) => step[key])
    .join(' ')} ${step['type']} ${step['ruleIndex'] ?? ''} -> ${step['verdict']}`;
}

function stepDifferences(ours: readonly Json[], kernel: readonly Json[]): string[] {
  const found: string[] = [];
  let packet: unknown = null;
  let packetOfOurs: unknown = null;
  for (let i = 0; i < Math.max(ours.length, kernel.length); i++) {
    const [mine, theirs] = [ours[i], kernel[i]];
    if (!mine || !theirs) return [...found, `step ${i + 1}: ${stepText(mine)}; kernel: ${stepText(theirs)}`];
    const wrong = STEP_KEYS.find((key) => differs(mine[key], theirs[key]));
    if (wrong) return [...found, `step ${i + 1}: ${stepText(mine)}; kernel: ${stepText(theirs)} (${wrong})`];
    if ((mine['mark'] ?? 0) !== (theirs['mark'] ?? 0)) {
      found.push(`step ${i + 1} (${stepText(mine)}): mark ${mine['mark'] ?? 0}; kernel: ${theirs['mark'] ?? 0}`);
    }
    packet = theirs['packet'] ?? packet;
    packetOfOurs = mine['packet'] ?? packetOfOurs;
    // A trace event without headers says nothing of the packet; one of the legacy engine shows it before the target, which may be DSCP or TTL.
    const early = theirs['engine'] === 'legacy' && !differs(beforeTarget(packet), beforeTarget(packetOfOurs));
    if (theirs['packet'] !== undefined && differs(packetOfOurs, packet) && !early) {
      found.push(
        `step ${i + 1} (${stepText(mine)}): packet ${sortedText(packetOfOurs)}; kernel: ${sortedText(packet)}`,
      );
    }
    for (const key of ['iif', 'oif', 'ct']) {
      if (theirs['engine'] === 'nft' && theirs[key] !== undefined && differs(theirs[key], mine[key])) {
        found.push(
          `step ${i + 1} (${stepText(mine)}): ${key} ${sortedText(mine[key])}; kernel: ${sortedText(theirs[key])}`,
        );
      }
    }
  }
  return found;
}

function fateDifferences(ours: Json, kernel: Json): string[] {
  const found: string[] = [];
  // Of a packet and its copies the record takes for the packet whichever was seen first.
  if (kernel['copies'] !== undefined) return deliveryDifferences(ours, kernel);
  for (const key of FATE_KEYS) {
    if (differs(ours[key], key === 'packet' ? withTtl(kernel[key], ours[key]) : kernel[key])) {
      found.push(`fate.${key}: ${sortedText(ours[key])}; kernel: ${sortedText(kernel[key])}`);
    }
  }
  const [mine, theirs] = [ours['by'], kernel['by']] as [Json | undefined, Json | undefined];
  for (const key of BY_KEYS) {
    if (differs(mine?.[key], theirs?.[key])) found.push(`fate.by.${key}: ${mine?.[key]}; kernel: ${theirs?.[key]}`);
  }
  return found;
}

function beforeTarget(packet: unknown): unknown {
  const { tos: _tos, ttl: _ttl, ...rest } = packet as Json;
  return rest;
}

function deliveryDifferences(ours: Json, kernel: Json): string[] {
  const seen = (fate: Json) =>
    [
      ...(fate['packet'] ? [{ ...(fate['packet'] as Json), iface: fate['iface'] ?? null }] : []),
      ...((fate['copies'] ?? []) as Json[]),
    ]
      .map(({ at: _at, ttl, ...rest }: Json) => ({ ...rest, ...(ttl === null ? {} : { ttl }) }))
      .map(sortedText)
      .sort();
  const [mine, theirs] = [seen(ours), seen(kernel)];
  return sortedText(mine) === sortedText(theirs) ? [] : [`delivered: ${mine.join(' ')}; kernel: ${theirs.join(' ')}`];
}

/** A raw IPv6 socket tells neither the hop limit nor the traffic class: then ours stand. */
function withTtl(kernel: unknown, ours: unknown): unknown {
  const [theirs, mine] = [kernel, ours] as [Json | undefined, Json | undefined];
  if (theirs?.['ttl'] !== null) return kernel;
  return { ...theirs, ttl: mine?.['ttl'], ...(mine?.['tos'] === undefined ? {} : { tos: mine['tos'] }) };
}

/** The IP hooks run inside the bridge's last hook behind the probe: what they do to connection and mark is not seen there. */
function withoutStatus({ mark: _mark, ct, ...hook }: Json): Json {
  const { status: _status, ...rest } = (ct ?? {}) as Json;
  return { ...hook, ct: rest };
}

/**
 * The probes stand at the last priority but one: of hooks inside others the order in which they are left is not that of the probes. Bridges have probes
 * only where a ruleset has chains of theirs.
 */
function hookDifferences(mine: readonly Json[], theirs: readonly Json[]): string[] {
  const found: string[] = [];
  const ofBridge = ({ hook }: Json) => String(hook).startsWith('bridge');
  const seen = theirs.some(ofBridge);
  const sorted = (hooks: readonly Json[]) =>
    mine.some(ofBridge) ? [...hooks].sort((a, b) => (String(a['hook']) < String(b['hook']) ? -1 : 1)) : hooks;
  const shown = mine
    .filter((hook) => seen || !ofBridge(hook))
    .map((hook) => (ofBridge(hook) ? withoutStatus(hook) : hook));
  const [ours, kernel] = [sorted(shown), sorted(theirs.map((hook) => (ofBridge(hook) ? withoutStatus(hook) : hook)))];
  for (let i = 0; i < Math.max(ours.length, kernel.length); i++) {
    const [mine, theirs] = [ours[i], kernel[i]];
    if (differs(mine, theirs)) found.push(`hook ${i + 1}: ${sortedText(mine)}; kernel: ${sortedText(theirs)}`);
  }
  return found;
}

/** A case with what is compared, and no more: to be kept. */
export function trimmedCase(recorded: Json): Json {
  const { name, format, ruleset, rulesets, ipset, packet, topology, setup, trace, hooks, fate } = recorded as Json &
    KernelAnswer;
  return {
    name,
    // One ruleset, or several in the order in which they are loaded.
    ...(rulesets ? { rulesets } : { format, ruleset }),
    ...(ipset ? { ipset } : {}),
    packet,
    topology,
    setup,
    trace: trace.map(({ ruleHandle: _handle, ruleText: _text, policy: _policy, ...step }) => step),
    hooks,
    fate: trimmedFate(fate),
  };
}

function trimmedFate({ by, why: _why, ...fate }: Json): Json {
  if (typeof by !== 'object' || by === null) return fate;
  const { ruleHandle: _handle, ruleText: _text, ...place } = by as Json;
  return { ...fate, by: place };
}
