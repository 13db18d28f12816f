/** The catalogue as indexes: owners as numbers, and from a name or a text to the entries of the catalogue that take it. */
import type { Family } from '../model/hook.ts';
import { CATALOGUE } from './catalogue/index.ts';
import {
  type ChainPattern,
  type NftTablePattern,
  type Owner,
  type OwnerId,
  type SetPattern,
  UNKNOWN,
} from './owner.ts';
import { PrefixIndex } from './prefix-index.ts';

/** Position in OWNER_IDS. 0 is `unknown`. */
export type OwnerIndex = number;

/** The numbering of every attribution: `unknown`, then the catalogue in its order. */
export const OWNER_IDS: readonly OwnerId[] = [UNKNOWN, ...CATALOGUE.map(({ id }) => id)];

/** null for `unknown`. */
export function ownerAt(index: OwnerIndex): Owner | null {
  return CATALOGUE[index - 1] ?? null;
}

export function indexOfOwner(id: OwnerId): OwnerIndex {
  return Math.max(0, OWNER_IDS.indexOf(id));
}

/** The name for people: `Calico`; `unknown` for index 0. */
export function shortName(index: OwnerIndex): string {
  return ownerAt(index)?.short ?? UNKNOWN;
}

/** Variants of one program (Calico with iptables and with nftables) write for the same program. */
export function sameProgram(a: OwnerIndex, b: OwnerIndex): boolean {
  return a === b || (a !== 0 && b !== 0 && shortName(a) === shortName(b));
}

export interface Signature<T> {
  readonly owner: OwnerIndex;
  readonly signature: T;
}

function all<T>(of: (owner: Owner) => readonly T[]): Signature<T>[] {
  return CATALOGUE.flatMap((owner, i) => of(owner).map((signature) => ({ owner: i + 1, signature })));
}

function index<T extends { readonly pattern: RegExp }>(entries: readonly Signature<T>[]): PrefixIndex<Signature<T>> {
  return new PrefixIndex(entries.map((entry) => [entry.signature.pattern, entry]));
}

const chainIndex = index(all(({ chains }) => chains));
const tableIndex = index(all(({ nftTables }) => nftTables));
const commentIndex = index(all(({ comments }) => comments.filter(({ weak }) => !weak)));
const setIndex = index(all(({ sets }) => sets.filter(({ weak }) => !weak)));
const interfaceIndex = index(all(({ interfaces }) => interfaces));

/** Bare rules that can be recognised, with their owners. */
export const BARE_RULES = all(({ bareRules }) => bareRules.filter(({ match }) => match !== undefined));

export function chainSignatures(table: string, name: string): readonly Signature<ChainPattern>[] {
  const found = chainIndex.find(name);
  if (found.every(({ signature }) => isInTable(signature, table))) return found;
  return found.filter(({ signature }) => isInTable(signature, table));
}

function isInTable({ tables }: ChainPattern, table: string): boolean {
  return tables === null || tables.includes(table);
}

export function tableSignature(family: Family, name: string): Signature<NftTablePattern> | null {
  const found = tableIndex.find(name);
  return found.find(({ signature }) => !signature.compat && signature.families.includes(family)) ?? null;
}

function commentOwners(text: string): readonly OwnerIndex[] {
  return commentIndex.find(text).map(({ owner }) => owner);
}

export function setSignatures(name: string): readonly Signature<SetPattern>[] {
  return setIndex.find(name);
}

/** `name` may be the stem of a wildcard. */
export function interfaceOwners(name: string): readonly OwnerIndex[] {
  return interfaceIndex.find(name).map(({ owner }) => owner);
}

/** The owners of whom this is a comment, explanation included. */
export function ownersOfComment(text: string): readonly OwnerIndex[] {
  return text.startsWith('cali:') ? commentParts(text).flatMap(commentOwners) : commentOwners(text);
}

/** nft has one comment per rule: Felix joins its hash and its explanation by `; `. */
function commentParts(text: string): readonly string[] {
  const cut = text.startsWith('cali:') ? text.indexOf(';') : -1;
  return cut === -1 ? [text] : [text.slice(0, cut), text.slice(cut + 1).trim()];
}
