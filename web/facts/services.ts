/** Services and published ports, out of the doors to destination translation and of the sets that stand for them in IPVS mode. */
import type { IpAddress, IpFamily } from '../base/ip.ts';
import { ruleComments } from '../model/rule.ts';
import type { Rule } from '../model/ruleset.ts';
import type { OwnerId } from '../owners/owner.ts';
import type { FactContext } from './context.ts';
import type { DnatEntry } from './dnat-entries.ts';
import type { PublishedFact, ServiceFact, Target } from './fact.ts';
import { ipvsServices } from './ipvs.ts';
import { elementsOf } from './scan.ts';
import { type ServiceMention, type ServiceUse, serviceInChain, serviceInComment } from './service-name.ts';
import { narrowByElement, narrowByRule, startOf, type Way } from './way.ts';

export interface ServiceFacts {
  readonly services: readonly ServiceFact[];
  readonly published: readonly PublishedFact[];
}

type Draft = { -readonly [K in keyof ServiceFact]: ServiceFact[K] } & { externals: Target[]; endpoints: Target[] };

const TCP = 6;

/** Services in the order of the rules, each port and family once; published ports likewise. Linear in the entries. */
export function findServices(context: FactContext, entries: readonly DnatEntry[]): ServiceFacts {
  const book = new ServiceBook();
  const published = new Map<string, PublishedFact>();
  for (const entry of entries) {
    const owner = context.ownerOfRule(entry.rule);
    if (owner.startsWith('kube-proxy')) addServiceEntry(book, entry, owner);
    else addPublished(published, entry, owner);
  }
  addEndpointless(context, book);
  for (const service of ipvsServices(context.analysis.ruleset)) book.take(service);
  return { services: book.all(), published: [...published.values()] };
}

class ServiceBook {
  readonly #services = new Map<string, Draft>();

  all(): readonly ServiceFact[] {
    return [...this.#services.values()].filter(
      ({ clusterIp, nodePort, externals }) => clusterIp !== null || nodePort !== null || externals.length > 0,
    );
  }

  /** The one of that name, made when it is new. A Service without name is known by its address. */
  open(family: IpFamily, name: string | null, protocol: number, address: Target | null, rule: Rule, owner: OwnerId) {
    const key = `${family} ${protocol} ${name ?? `${address?.address.value} ${address?.port}`}`;
    let draft = this.#services.get(key);
    if (!draft) {
      draft = {
        ...{ family, name, protocol, owner, rule: rule.id },
        ...{ clusterIp: null, port: null, nodePort: null, externals: [], endpoints: [] },
      };
      this.#services.set(key, draft);
    }
    return draft;
  }

  take(service: ServiceFact): void {
    const key = `${service.family} ${service.protocol} ipvs ${service.clusterIp?.value} ${service.port} ${service.nodePort}`;
    this.#services.set(key, { ...service, externals: [...service.externals], endpoints: [...service.endpoints] });
  }
}

function addServiceEntry(book: ServiceBook, entry: DnatEntry, owner: OwnerId): void {
  const mention = mentionOf(entry);
  const { way } = entry;
  const port = way.ports?.[0]?.[0] ?? null;
  if (way.family === null || port === null) return;
  const use = purposeOf(entry, mention);
  const address = use === 'node-port' ? null : (way.destinations?.[0] ?? null);
  const at = address === null ? null : { address, port };
  const service = book.open(way.family, mention?.name ?? null, way.protocol ?? TCP, at, entry.rule, owner);
  note(service, use, at, port);
  if (service.endpoints.length === 0 || use === 'cluster') service.endpoints = [...entry.targets];
}

function note(service: Draft, use: ServiceUse, at: Target | null, port: number): void {
  if (use === 'node-port') service.nodePort ??= port;
  else if (at === null) return;
  else if (use === 'cluster' || (service.clusterIp === null && use !== 'external')) {
    service.clusterIp = at.address;
    service.port = port;
  } else if (!service.externals.some(({ address }) => address.value === at.address.value)) service.externals.push(at);
}

function mentionOf({ comment, chain }: DnatEntry): ServiceMention | null {
  return serviceInComment(comment) ?? (chain ? serviceInChain(chain.name) : null);
}

function purposeOf({ way, map }: Pick<DnatEntry, 'way' | 'map'>, mention: ServiceMention | null): ServiceUse {
  if (map?.includes('nodeport') || way.destinations === null) return 'node-port';
  return mention?.use ?? 'cluster';
}

/** hostPorts are the CNI's, container ports a container engine's; all others are somebody's port forward. */
function kindOf(owner: OwnerId): PublishedFact['kind'] {
  if (owner === 'cni-portmap' || owner === 'nerdctl') return 'hostPort';
  return /^(docker|netavark|libvirt|lxd|incus)/.test(owner) ? 'container' : 'forward';
}

function addPublished(published: Map<string, PublishedFact>, { way, rule, targets }: DnatEntry, owner: OwnerId): void {
  if (targets.length === 0 || way.ports === null) return;
  const family = way.family ?? targets[0]?.address.family ?? 'ip';
  for (const [from, to] of way.ports) {
    const address = way.destinations?.[0] ?? null;
    const { protocol, interfaces } = way;
    const key = [family, protocol, from, to, address?.value ?? '', interfaces?.join() ?? ''].join(' ');
    if (published.has(key)) continue;
    published.set(key, {
      ...{ family, kind: kindOf(owner), protocol, from, to, address, interfaces },
      ...{ targets, rule: rule.id, owner },
    });
  }
}

const REFUSING_CHAIN = /^KUBE-(SERVICES|EXTERNAL-SERVICES)$/;
const REFUSING_MAP = /^no-endpoint-(services|nodeports)$/;

/** Services without endpoints have no translation: they are only refused, in filter chains (iptables mode) or by maps (nftables mode). */
function addEndpointless(context: FactContext, book: ServiceBook): void {
  for (const chain of context.analysis.ruleset.chains) {
    if (!chain.table.name.startsWith('filter') || !REFUSING_CHAIN.test(chain.name)) continue;
    for (const rule of chain.rules) {
      const way = narrowByRule(startOf(chain.table), rule);
      for (const comment of ruleComments(rule)) refused(context, book, rule, way, comment, null);
    }
  }
  for (const chain of context.analysis.ruleset.chains) {
    if (!chain.name.endsWith('-check')) continue;
    for (const rule of chain.rules) {
      for (const statement of rule.body) {
        if (statement.kind !== 'vmap' || statement.map.kind !== 'set-reference') continue;
        const { name } = statement.map;
        if (!REFUSING_MAP.test(name)) continue;
        const before = narrowByRule(startOf(chain.table), rule);
        for (const { key, extras } of elementsOf(chain.table, statement.map)) {
          refused(context, book, rule, narrowByElement(before, statement.key, key), extras?.comment ?? '', name);
        }
      }
    }
  }
}

function refused(
  context: FactContext,
  book: ServiceBook,
  rule: Rule,
  way: Way,
  comment: string,
  map: string | null,
): void {
  const port = way.ports?.[0]?.[0];
  const mention = serviceInComment(comment);
  if (port === undefined || way.family === null || !mention) return;
  const use = way.local ? 'node-port' : purposeOf({ way, map }, mention);
  const address: IpAddress | null = use === 'node-port' ? null : (way.destinations?.[0] ?? null);
  const at = address === null ? null : { address, port };
  const owner = context.ownerOfRule(rule);
  note(book.open(way.family, mention.name, way.protocol ?? TCP, at, rule, owner), use, at, port);
}
