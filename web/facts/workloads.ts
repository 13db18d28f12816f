/** The pods' interfaces that Calico dispatches on, each with the namespace and service account that its chains' profiles name. */
import { ruleComments } from '../model/rule.ts';
import type { Chain } from '../model/ruleset.ts';
import type { FactContext } from './context.ts';

export interface Workload {
  readonly interface: string;
  readonly namespace: string | null;
  readonly serviceAccount: string | null;
}

/** `filter-` is nftables mode's prefix. */
const WORKLOAD_CHAIN = /^(?:filter-)?cali-(?:fw|tw)-(.+)$/;
const PROFILE_CHAIN = /^(?:filter-)?cali-pr[io]-(.+)$/;

/** By interface. Follows felix/rules/endpoints.go: `cali-fw-IFACE` calls the profiles' chains; long names are hashed, nftables comments are not. */
export function findWorkloads(context: FactContext): ReadonlyMap<string, Workload> {
  const found = new Map<string, Workload>();
  const { ruleset, graph } = context.analysis;
  for (const chain of ruleset.chains) {
    const name = WORKLOAD_CHAIN.exec(chain.name)?.[1];
    if (name === undefined || chain.implicit) continue;
    let { namespace = null, serviceAccount = null } = found.get(name) ?? {};
    for (const { to } of graph.out(chain.id)) {
      const profile = profileOf(ruleset.chains[to] as Chain);
      if (profile?.kind === 'kns') namespace ??= profile.namespace;
      if (profile?.kind === 'ksa') {
        namespace ??= profile.namespace;
        serviceAccount ??= profile.account;
      }
    }
    found.set(name, { interface: name, namespace, serviceAccount });
  }
  return found;
}

type Profile =
  | { readonly kind: 'kns'; readonly namespace: string }
  | { readonly kind: 'ksa'; readonly namespace: string; readonly account: string };

function profileOf(chain: Chain): Profile | null {
  const name = PROFILE_CHAIN.exec(chain.name)?.[1];
  if (name === undefined) return null;
  return readProfile(name) ?? commentedProfile(chain);
}

function commentedProfile({ rules }: Chain): Profile | null {
  for (const rule of rules.slice(0, 4)) {
    const found = /Profile (k(?:ns|sa)\.\S+)/.exec(ruleComments(rule).join(' '))?.[1];
    if (found !== undefined) return readProfile(found);
  }
  return null;
}

function readProfile(name: string): Profile | null {
  const namespace = /^kns\.([a-z0-9-]+)$/.exec(name)?.[1];
  if (namespace !== undefined) return { kind: 'kns', namespace };
  const account = /^ksa\.([a-z0-9-]+)\.([a-z0-9.-]+)$/.exec(name);
  return account ? { kind: 'ksa', namespace: account[1] ?? '', account: account[2] ?? '' } : null;
}
