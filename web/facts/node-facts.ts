/** All facts of one dump, made when somebody first asks for them. */
import type { Ruleset } from '../model/ruleset.ts';
import { findAddresses } from './addresses.ts';
import type { FactContext } from './context.ts';
import { findDnatEntries } from './dnat-entries.ts';
import type { NodeFacts } from './fact.ts';
import { findInterfaces } from './interfaces.ts';
import { findNetworks } from './networks.ts';
import { findPods } from './pods.ts';
import { scanRules } from './scan.ts';
import { findServices } from './services.ts';
import { findWorkloads } from './workloads.ts';

/** By ruleset, which findings do not change. */
const made = new WeakMap<Ruleset, NodeFacts>();

/**
 * The facts of the node, memoised for as long as its ruleset lives. Linear in rules, set elements and jumps.
 * Nothing in a dump is trusted to be complete: every list may be empty.
 */
export function nodeFacts(context: FactContext): NodeFacts {
  for (const steps = factsInSteps(context); ; ) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same in steps of a tenth of a second at most on 150,000 rules. */
export function* factsInSteps(context: FactContext): Generator<void, NodeFacts> {
  const { ruleset } = context.analysis;
  const known = made.get(ruleset);
  if (known) return known;
  const facts = yield* buildFacts(context);
  made.set(ruleset, facts);
  return facts;
}

function* buildFacts(context: FactContext): Generator<void, NodeFacts> {
  const scan = scanRules(context);
  yield;
  const { ruleset, graph } = context.analysis;
  const entries = findDnatEntries(ruleset, graph, scan.destination);
  yield;
  const { services, published } = findServices(context, entries);
  yield;
  const { networks, uplinks } = findNetworks(context, scan, services);
  const addresses = findAddresses(context, { scan, services, published, networks });
  yield;
  const workloads = findWorkloads(context);
  const pods = findPods(context, { services, published, networks, addresses, workloads });
  const interfaces = findInterfaces(context, { scan, networks, uplinks, workloads });
  const filtersForwarding = ruleset.chains.some(
    ({ base, rules }) => base?.hook === 'forward' && (rules.length > 0 || base.policy === 'drop'),
  );
  return { interfaces, addresses, networks, services, published, pods, prefixes: scan.prefixes, filtersForwarding };
}
