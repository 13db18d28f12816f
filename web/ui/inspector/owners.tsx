/** Owners as the panels show them: looked up in the overview by id, drawn as chip and name. */
import type { ReactElement } from 'react';
import { type OwnerId, UNKNOWN } from '../../owners/owner.ts';
import type { OwnerOverview } from '../../worker/protocol.ts';
import { OwnerChip } from '../theme/marks.tsx';
import { useStore } from '../use-store.ts';

export type OwnerLook = Pick<OwnerOverview, 'id' | 'name' | 'short' | 'slot' | 'initials' | 'barred'>;

const NONE: readonly OwnerOverview[] = [];

/** An owner that no rule of the overview has (a finding may name one) is drawn as unknown, under its id. */
export function lookOf(owners: readonly OwnerOverview[], id: OwnerId): OwnerLook {
  return (
    owners.find((owner) => owner.id === id) ?? {
      id,
      name: id,
      short: id,
      slot: 'unknown',
      initials: '?',
      barred: false,
    }
  );
}

export function useOwners(): readonly OwnerOverview[] {
  return useStore((state) => state.overview?.owners ?? NONE);
}

export function useOwner(id: OwnerId): OwnerLook {
  return lookOf(useOwners(), id);
}

export interface OwnerTagProps {
  readonly owner: OwnerId;
  readonly size?: 'small' | 'normal' | 'spine';
  /** `chip`: initials only, with the name for screen readers and on hover; `named`: chip and name. */
  readonly show?: 'chip' | 'named';
}

export function OwnerTag({ owner, size = 'small', show = 'chip' }: OwnerTagProps): ReactElement {
  const look = useOwner(owner);
  const chip = (
    <OwnerChip
      slot={look.slot}
      initials={look.initials}
      barred={look.barred}
      size={size}
      {...(show === 'chip' ? { label: look.short } : {})}
    />
  );
  if (show === 'chip') return chip;
  return (
    <span className="owner-tag">
      {chip}
      <span>{look.short}</span>
    </span>
  );
}

/** For chains: a built-in chain belongs to nobody, which says nothing about its rules; no chip then. */
export function KnownOwnerTag({ owner }: { readonly owner: OwnerId }): ReactElement | null {
  return owner === UNKNOWN ? null : <OwnerTag owner={owner} size="normal" />;
}
