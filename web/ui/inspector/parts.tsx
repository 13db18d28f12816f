/** What the inspector's pages are made of. */
import type { ReactElement, ReactNode } from 'react';
import type { Evidence, OwnerId } from '../../owners/owner.ts';
import type { RequestError } from '../../worker/client.ts';
import { OwnerChip, Sign } from '../theme/marks.tsx';
import { store, useStore } from '../use-store.ts';
import { useOwner } from './owners.tsx';

export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="inspector-part">
      <h4>{title}</h4>
      {children}
    </div>
  );
}

export function PageTitle({
  what,
  name,
  note,
}: {
  readonly what: string;
  readonly name: string;
  readonly note?: string;
}): ReactElement {
  return (
    <div className="inspector-title">
      <p className="quiet">{what}</p>
      <h3>{name}</h3>
      {note === undefined ? null : <p className="secondary">{note}</p>}
    </div>
  );
}

/** Whose it is, and how that is known. The name leads to the owner's page. */
export function OwnerLine({
  owner,
  evidence,
}: {
  readonly owner: OwnerId;
  readonly evidence?: Evidence;
}): ReactElement {
  const look = useOwner(owner);
  return (
    <p className="inspector-owner">
      <button type="button" onClick={() => store.getState().select({ kind: 'owner', owner }, 'inspector')}>
        <OwnerChip slot={look.slot} initials={look.initials} barred={look.barred} />
        {look.name}
      </button>
      {evidence === undefined ? null : <span className="secondary">{evidence.text}</span>}
    </p>
  );
}

export function FindingLinks({ findings }: { readonly findings: readonly string[] }): ReactElement | null {
  const all = useStore((state) => state.overview?.findings);
  const found = findings.flatMap((id) => all?.find((finding) => finding.id === id) ?? []);
  if (found.length === 0) return null;
  return (
    <Part title={found.length === 1 ? 'Finding' : 'Findings'}>
      <ul className="inspector-list">
        {found.map(({ id, title, sign, severity }) => (
          <li key={id}>
            <button
              type="button"
              className="inspector-link"
              onClick={() => store.getState().select({ kind: 'finding', finding: id }, 'inspector')}
            >
              <Sign sign={sign} severity={severity} size={15} />
              <span>{title}</span>
            </button>
          </li>
        ))}
      </ul>
    </Part>
  );
}

export function Waiting({
  status,
  error,
}: {
  readonly status: string;
  readonly error: RequestError | null;
}): ReactElement {
  return (
    <p className="inspector-note">
      {status === 'failed' ? `This could not be read: ${error?.message ?? 'no reason given'}` : 'Reading…'}
    </p>
  );
}
