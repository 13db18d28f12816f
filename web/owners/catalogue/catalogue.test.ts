import { describe, expect, it } from 'vitest';
import type { Owner } from '../owner.ts';
import { literalPrefixes, PrefixIndex } from '../prefix-index.ts';
import { CATALOGUE, OWNERS } from './index.ts';

interface Sample {
  readonly owner: Owner;
  readonly what: 'chain' | 'table' | 'comment' | 'set' | 'interface';
  readonly pattern: RegExp;
  readonly example: string;
  /** Tables or families in which the pattern counts; null: all. */
  readonly scope: readonly string[] | null;
  /** Counts only beside others, or after others. */
  readonly second: boolean;
}

const SAMPLES: readonly Sample[] = CATALOGUE.flatMap((owner): Sample[] => [
  ...owner.chains.map(({ pattern, example, tables, fallback, beside }) => ({
    owner,
    what: 'chain' as const,
    pattern,
    example,
    scope: tables,
    second: fallback === true || beside !== undefined,
  })),
  ...owner.nftTables
    .filter(({ compat }) => !compat)
    .map(({ pattern, example, families }) => ({
      owner,
      what: 'table' as const,
      pattern,
      example,
      scope: families,
      second: false,
    })),
  ...owner.comments.map(({ pattern, example, weak }) => ({
    owner,
    what: 'comment' as const,
    pattern,
    example,
    scope: null,
    second: weak === true,
  })),
  ...owner.sets.map(({ pattern, example, weak }) => ({
    owner,
    what: 'set' as const,
    pattern,
    example,
    scope: null,
    second: weak === true,
  })),
  ...owner.interfaces.map(({ pattern, example }) => ({
    owner,
    what: 'interface' as const,
    pattern,
    example: example.replace(/\+$/, ''),
    scope: null,
    second: false,
  })),
]);

/** Names that two owners really share; which one wrote them is settled by what else is there. */
const SHARED_NAMES: ReadonlySet<string> = new Set([
  'kubernetes postrouting rules',
  'kubernetes service traffic requiring SNAT',
]);

describe('catalogue', () => {
  it('has unique ids, names and texts that say something', () => {
    expect(OWNERS.size).toBe(CATALOGUE.length);
    expect(CATALOGUE.length).toBe(63);
    for (const { id, name, short, what, initials, sources } of CATALOGUE) {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      for (const text of [name, short, what]) expect(text.trim().length, id).toBeGreaterThan(0);
      expect([...initials].length, id).toBe(2);
      expect(sources.length, id).toBeGreaterThan(0);
      for (const { repo, path, status } of sources) {
        expect(repo, id).toMatch(/^[\w.-]+\/[\w.-]+$/);
        expect(path.length, id).toBeGreaterThan(0);
        expect(['verified', 'recalled'], id).toContain(status);
      }
    }
  });

  it('gives each program its own initials, and all its variants one slot', () => {
    const byInitials = new Map<string, Owner>();
    for (const owner of CATALOGUE) {
      const other = byInitials.get(owner.initials);
      if (other) {
        expect(other.short, owner.initials).toBe(owner.short);
        expect(other.slot, owner.initials).toBe(owner.slot);
      }
      byInitials.set(owner.initials, owner);
    }
    const slots = new Map<string, string>();
    for (const { short, slot } of CATALOGUE) expect(slots.get(short) ?? slot).toBe(slots.set(short, slot).get(short));
  });

  it('has numbers behind marks that are numbers', () => {
    for (const { id, marks } of CATALOGUE) {
      for (const { bits, value, kind } of marks) {
        if (kind !== 'uid' && /^0x[0-9a-f]+$/i.test(value) && bits) expect(Number(value), id).toBe(bits.value);
        if (!bits) continue;
        expect(bits.value >>> 0, id).toBe(bits.value);
        expect(bits.mask >>> 0, id).toBe(bits.mask);
        expect((bits.value & ~bits.mask) >>> 0, `${id} ${value}`).toBe(0);
      }
    }
  });

  it.each(SAMPLES)(
    '$owner.id: $what $example is taken by its own pattern',
    ({ pattern, example, what, owner, second }) => {
      expect(pattern.test(example)).toBe(true);
      expect(pattern.flags).toBe('');
      if (what === 'comment' && second) return;
      const prefixes = literalPrefixes(pattern);
      expect(prefixes, 'a pattern without a literal start is looked at for every name').not.toContain('');
      expect(new PrefixIndex([[pattern, owner.id]]).find(example)).toEqual([owner.id]);
      if (what !== 'comment') expect(example).not.toMatch(/\s/);
    },
  );

  it('tests in linear time: no quantifier over a quantifier', () => {
    for (const { owner, pattern } of SAMPLES) {
      expect(pattern.source, owner.id).not.toMatch(/[*+][^()|]*\)[*+{]/);
      expect(pattern.source.match(/(?<!\\)\.[*+]/g)?.length ?? 0, `${owner.id} ${pattern.source}`).toBeLessThanOrEqual(
        1,
      );
      const started = new PrefixIndex([[pattern, 1]]);
      const long = `${literalPrefixes(pattern)[0]}${'a'.repeat(20_000)}!\n`;
      expect(started.find(long).length).toBeLessThanOrEqual(1);
    }
  });

  it('claims no example of another program', () => {
    const wrong: string[] = [];
    for (const sample of SAMPLES) {
      for (const other of SAMPLES) {
        if (other.what !== sample.what || other.owner.short === sample.owner.short) continue;
        if (other.second || sample.second || SHARED_NAMES.has(sample.example)) continue;
        const meet =
          sample.scope === null || other.scope === null || sample.scope.some((s) => other.scope?.includes(s));
        if (meet && other.pattern.test(sample.example))
          wrong.push(`${other.owner.id} ${other.pattern.source} takes ${sample.owner.id} ${sample.example}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('gives silent owners and engines nothing to claim', () => {
    for (const { id, kind, chains, nftTables, comments, sets, bareRules } of CATALOGUE) {
      if (kind === 'program') continue;
      expect(chains.length + comments.length + sets.length + bareRules.length, id).toBe(0);
      expect(
        nftTables.every(({ compat }) => compat),
        id,
      ).toBe(true);
    }
  });
});
