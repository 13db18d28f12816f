/** All facts of one dump, made when somebody first asks for them. */
import type { ViewContext } from '../context.ts';
import { findAddresses } from './addresses.ts';
import { findDnatEntries } from './dnat-entries.ts';
import type { NodeFacts } from './fact.ts';
import { findInterfaces } from './interfaces.ts';
import { findNetworks } from './networks.ts';
import { findPods } from './pods.ts';
import { scanRules } from './scan.ts';
import { findServices } from './services.ts';
import { findWorkloads } from './workloads.ts';

const made = new WeakMap<ViewContext, NodeFacts>();

/**
 * The facts of the node, memoised for as long as its context lives. Linear in rules, set elements and jumps.
 * Nothing in a dump is trusted to be complete: every list may be empty.
 */
export function nodeFacts(context: ViewContext): NodeFacts {
  let facts = made.get(context);
  if (!facts) {
    facts = buildFacts(context);
    made.set(context, facts);
  }
  return facts;
}

function buildFacts(context: ViewContext): NodeFacts {
  const scan = scanRules(context);
  const { ruleset, graph } = context.analysis;
  const { services, published } = findServices(context, findDnatEntries(ruleset, graph, scan.destination));
  const { networks, uplinks } = findNetworks(context, scan, services);
  const addresses = findAddresses(context, { scan, services, published, networks });
  const workloads = findWorkloads(context);
  const pods = findPods(context, { services, published, networks, addresses, workloads });
  const interfaces = findInterfaces(context, { scan, networks, uplinks, workloads });
  return { interfaces, addresses, networks, services, published, pods, prefixes: scan.prefixes };
}
