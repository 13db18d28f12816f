/**
 * What a packet's way needs to know of the node beside its rules: addresses and routes. Somebody gives them with the packet (`topology`, `local`), or they
 * are taken for granted from the packet's own path and from sets in which known tools list the node's addresses; then the notes say so.
 */
import { addressText } from '../model/address.ts';
import { type Expression, isVerdict } from '../model/expression.ts';
import type { NamedSet, Ruleset } from '../model/ruleset.ts';
import { eachExpressionOf } from '../model/walk.ts';
import type { TracePacket } from './packet.ts';
import type { PacketJson, PacketProblem } from './packet-fields.ts';
import { AssumedTables, KnownTables, type RoutingTables } from './routing.ts';
import { readPrefix, readTopology } from './topology-input.ts';

export interface Surroundings {
  /** Routes and addresses, as a packet of the connection meets them. */
  readonly routing: (packet: TracePacket) => RoutingTables;
  /** What was taken for granted, and what is odd. */
  readonly notes: readonly string[];
  /** Fields of the packet's JSON that cannot be read. */
  readonly problems: readonly PacketProblem[];
}

/** Cost: linear in the rules, for the names of interfaces. */
export function surroundingsOf(ruleset: Ruleset, packet: TracePacket, json: PacketJson): Surroundings {
  const problems: PacketProblem[] = [];
  const notes = unnamedInterfaces(ruleset, packet);
  const topology = json['topology'] === undefined ? null : readTopology(json['topology']);
  if (json['topology'] !== undefined && !topology) {
    const message =
      'topology is no object with addresses ([[interface, "10.0.0.1/24"]]) and routes ([["0.0.0.0/0", interface]]).';
    problems.push({ severity: 'error', field: 'topology', message });
  }
  const given = readAddresses(json['local'], problems);
  if (topology) {
    const tables = new KnownTables(topology);
    return { routing: () => tables, notes, problems };
  }
  const shown = shownAddresses(ruleset);
  const locals = new Set([...given, ...shown.keys()]);
  if (packet.arp === null) notes.push(...assumptionNotes(packet, shown));
  return { routing: (each) => new AssumedTables(each, locals), notes, problems };
}

function assumptionNotes({ path, oif }: TracePacket, shown: ReadonlyMap<number | bigint, string>): string[] {
  const notes: string[] = [];
  const out = oif === null ? 'by an interface that is not known' : `by ${oif}`;
  if (path !== 'bridge') {
    notes.push(
      `The node’s addresses and routes are not given: the packet is taken to go its path (${path}), and what is translated to an address that is not the node’s to leave ${out}.`,
    );
  }
  for (const [address, set] of shown) {
    notes.push(
      `${addressText(address, typeof address === 'bigint' ? 128 : 32)} is taken to be the node’s own: it is in ${set}.`,
    );
  }
  return notes;
}

function readAddresses(json: unknown, problems: PacketProblem[]): (number | bigint)[] {
  if (json === undefined || json === null) return [];
  const listed: unknown[] = Array.isArray(json) ? json : [json];
  return listed.flatMap((each) => {
    const read = typeof each === 'string' ? readPrefix(each) : null;
    if (read) return [read.address];
    problems.push({ severity: 'error', field: 'local', message: `${JSON.stringify(each)} in local is no address.` });
    return [];
  });
}

/** Sets in which tools list the addresses of the node: Calico's Felix, kube-proxy. */
const OWN_ADDRESS_SETS: ReadonlySet<string> = new Set(['cali40this-host', 'cali60this-host', 'nodeport-ips']);
/** A node with more is a node whose set is something else. */
const MOST_OWN = 256;

/** Addresses that the dump shows to be the node's, with the set that lists them. */
export function shownAddresses(ruleset: Ruleset): Map<number | bigint, string> {
  const found = new Map<number | bigint, string>();
  for (const set of ruleset.sets) {
    if (!OWN_ADDRESS_SETS.has(set.name) || set.elements.length > MOST_OWN) continue;
    for (const { key } of set.elements) {
      if (key.kind === 'value' && typeof key.value !== 'string') found.set(key.value, nameOf(set));
    }
  }
  return found;
}

function nameOf({ name, table }: NamedSet): string {
  return table === null ? `the ipset ${name}` : `the set ${name}`;
}

// Interfaces -------------------------------------------------------------------------------------------------------------------

/** A note for each interface of the packet that no rule names while others are named: perhaps it is written otherwise. */
function unnamedInterfaces(ruleset: Ruleset, { iif, oif }: TracePacket): string[] {
  const wanted = [...new Set([iif, oif])].filter((name): name is string => name !== null && name !== 'lo');
  if (wanted.length === 0) return [];
  const names = interfaceNames(ruleset);
  if (names.exact.size === 0 && names.stems.size === 0) return [];
  const named = (name: string) => names.exact.has(name) || [...names.stems].some((stem) => name.startsWith(stem));
  return wanted.filter((name) => !named(name)).map((name) => `No rule names the interface ${name}.`);
}

const INTERFACE_FIELD = /^(meta [io]if(name)?|meta [io]br(idge)?name|physdev (in|out)|meta sdif(name)?)$/;

/** Names and beginnings of names that rules, sets and chains have for interfaces. */
export function interfaceNames(ruleset: Ruleset): { exact: ReadonlySet<string>; stems: ReadonlySet<string> } {
  const exact = new Set<string>();
  const stems = new Set<string>();
  const take = (expression: Expression): void => {
    if (expression.kind === 'value' && typeof expression.value === 'string') exact.add(expression.value);
    else if (expression.kind === 'wildcard' && expression.stem !== '') stems.add(expression.stem);
    else if (expression.kind === 'concat') expression.parts.forEach(take);
  };
  for (const rule of ruleset.rules) {
    for (const statement of rule.body) {
      let about = false;
      eachExpressionOf(statement, (expression) => {
        if (expression.kind === 'field' && INTERFACE_FIELD.test(expression.name)) about = true;
        else if (about) take(expression);
      });
    }
  }
  for (const set of ruleset.sets) {
    if (!set.key.types.some((type) => type === 'ifname' || type.includes('iface'))) continue;
    for (const { key, data } of set.elements) {
      take(key);
      if (data && !isVerdict(data)) take(data);
    }
  }
  for (const { base } of ruleset.chains) for (const device of base?.devices ?? []) exact.add(device);
  return { exact, stems };
}
