/**
 * Services by their names: where kube-proxy writes `namespace/name:port`, in comments of rules (iptables mode) and in names of chains and comments of map
 * elements (nftables mode). Unlike the facts of the node this asks for no way of a packet, so it costs one look at each comment.
 */
import { formatIp, ipAddress } from '../../base/ip.ts';
import { type ServiceMention, serviceInChain, serviceInComment } from '../../facts/service-name.ts';
import { PROTOCOLS } from '../../model/constants.ts';
import { type Expression, isVerdict, type SetElement } from '../../model/expression.ts';
import { ruleComments } from '../../model/rule.ts';
import type { Chain, Rule, Ruleset } from '../../model/ruleset.ts';

export interface ServiceEntry {
  /** `shop/cart:grpc`. */
  readonly name: string;
  /** The rule that answers for it, or its chain. */
  readonly place: Rule | Chain;
  /** `10.96.0.10:53 UDP`; null where nothing told it. */
  readonly address: string | null;
}

export interface Services {
  readonly entries: readonly ServiceEntry[];
  /** By Rule.id: the place in `entries` of the Service that the rule is of. */
  readonly ofRule: ReadonlyMap<number, number>;
}

const SLICE = 4000;
const ENDPOINT = /^endpoint-[A-Z0-9]{8}-([^/]+\/[^/]+)\/(?:tcp|udp|sctp)\/([^_]*)__/;

/** Yields how much is done, from 0 to 1. In listing order, each name once. */
export function* findServiceNames(ruleset: Ruleset): Generator<number, Services> {
  const book = new Book();
  let done = 0;
  for (const rule of ruleset.rules) {
    book.rule(rule);
    if (++done % SLICE === 0) yield done / ruleset.rules.length;
  }
  for (const { table, elements } of ruleset.sets) {
    if (!table) continue;
    for (const element of elements) {
      book.element(element, table.chainNamed);
      if (++done % SLICE === 0) yield 1;
    }
  }
  return book.services();
}

class Book {
  readonly #entries: { name: string; place: Rule | Chain; address: string | null; known: boolean }[] = [];
  readonly #byName = new Map<string, number>();
  readonly #ofRule = new Map<number, number>();
  readonly #chains = new Map<Chain, ServiceMention | null>();

  services(): Services {
    return { entries: this.#entries, ofRule: this.#ofRule };
  }

  rule(rule: Rule): void {
    const mention = mentionOf(rule) ?? this.#ofChain(rule.chain);
    if (!mention) return;
    const inChain = this.#ofChain(rule.chain) !== null;
    const at = this.#open(mention.name, inChain ? rule.chain : rule);
    this.#ofRule.set(rule.id, at);
    if (mention.use === 'cluster') this.#address(at, addressOfRule(rule), inChain ? null : rule);
    else if (mention.use === null) this.#guess(at, rule);
  }

  element({ key, data, extras }: SetElement, chains: { readonly get: (name: string) => Chain | undefined }): void {
    const target = data && isVerdict(data) && (data.kind === 'goto' || data.kind === 'jump') ? data.chain : null;
    const mention = (target === null ? null : serviceInChain(target)) ?? serviceInComment(extras?.comment ?? '');
    if (!mention) return;
    const chain = target === null ? undefined : chains.get(target);
    const known = this.#byName.get(mention.name);
    if (known === undefined && !chain) return;
    const at = known ?? this.#open(mention.name, chain as Chain);
    if (mention.use === 'cluster') this.#address(at, addressOfKey(key), null);
  }

  #ofChain(chain: Chain): ServiceMention | null {
    let mention = this.#chains.get(chain);
    if (mention === undefined) {
      mention = serviceInChain(chain.name) ?? endpointChain(chain.name);
      this.#chains.set(chain, mention);
    }
    return mention;
  }

  #open(name: string, place: Rule | Chain): number {
    let at = this.#byName.get(name);
    if (at === undefined) {
      at = this.#entries.push({ name, place, address: null, known: false }) - 1;
      this.#byName.set(name, at);
    }
    return at;
  }

  /** The first place that tells the address is the Service's own. */
  #address(at: number, address: string | null, place: Rule | null): void {
    const entry = this.#entries[at];
    if (!entry || address === null || entry.known) return;
    entry.known = true;
    entry.address = address;
    if (place) entry.place = place;
  }

  /** `has no endpoints` stands at the address that is refused; a rule that says more may follow. */
  #guess(at: number, rule: Rule): void {
    const entry = this.#entries[at];
    if (entry && entry.address === null) entry.address = addressOfRule(rule);
  }
}

/** `default/web -> 10.244.1.5:80` names the endpoint behind the Service. */
function mentionOf(rule: Rule): ServiceMention | null {
  for (const comment of ruleComments(rule)) {
    if (!comment.includes('/')) continue;
    const arrow = comment.indexOf(' -> ');
    const mention = serviceInComment(arrow === -1 ? comment : comment.slice(0, arrow));
    if (mention) return mention;
  }
  return null;
}

function endpointChain(name: string): ServiceMention | null {
  const found = ENDPOINT.exec(name);
  if (!found) return null;
  return { name: found[2] === '' ? (found[1] ?? '') : `${found[1]}:${found[2]}`, use: null };
}

function addressOfRule(rule: Rule): string | null {
  let address: string | null = null;
  let port: string | null = null;
  for (const statement of rule.body) {
    if (statement.kind !== 'match' || statement.op !== '==' || statement.left.kind !== 'field') continue;
    const { name } = statement.left;
    if (name === 'ip daddr' || name === 'ip6 daddr') address = addressIn(statement.right);
    else if (name.endsWith(' dport')) port = portWords(statement.right, name.split(' ')[0] ?? '');
  }
  return joined(address, port);
}

/** `10.96.0.10 . tcp . 53`, as the maps of nftables mode have it. */
function addressOfKey(key: Expression): string | null {
  if (key.kind !== 'concat') return null;
  const [address, protocol, port] = key.parts;
  if (!address || protocol?.kind !== 'value' || !port) return null;
  const name = typeof protocol.value === 'number' ? (PROTOCOLS.byNumber.get(protocol.value) ?? '') : '';
  return joined(addressIn(address), portWords(port, name));
}

function joined(address: string | null, port: string | null): string | null {
  if (address === null) return null;
  return port === null ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function portWords(port: Expression, protocol: string): string | null {
  return port.kind === 'value' ? `${port.value} ${protocol.toUpperCase()}`.trim() : null;
}

function addressIn(value: Expression): string | null {
  if (value.kind === 'prefix' && value.length === value.width) return formatIp(ipAddress(value.address));
  return value.kind === 'value' && typeof value.value !== 'string' ? formatIp(ipAddress(value.value)) : null;
}
