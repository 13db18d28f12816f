/** One finding of the list: closed a title, its owners and a word; open all of it. */
import type { KeyboardEvent, ReactElement } from 'react';
import type { OwnerId } from '../../owners/owner.ts';
import { noteOfFinding } from '../../state/notes.ts';
import { useOwner } from '../inspector/owners.tsx';
import { NoteMark } from '../notes/NoteMark.tsx';
import { OwnerChip, Sign } from '../theme/marks.tsx';
import { useStore } from '../use-store.ts';
import { FindingDetail } from './FindingDetail.tsx';
import type { Finding } from './finding.ts';
import { SEVERITY_WORDS, wordOf } from './list.ts';

export interface FindingItemProps {
  readonly finding: Finding;
  readonly open: boolean;
  /** Takes part in the tab order: one of the list does. */
  readonly current: boolean;
  readonly filtered: readonly OwnerId[];
  readonly onToggle: () => void;
  readonly onOwner: (owner: OwnerId) => void;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function FindingItem(props: FindingItemProps): ReactElement {
  const { finding, open, current, filtered, onToggle, onOwner, onFocus, onKeyDown } = props;
  const dimmed = useStore(
    ({ dimmed: owners }) => finding.owners.length > 0 && finding.owners.every((owner) => owners.includes(owner)),
  );
  const note = useStore((state) => noteOfFinding(state, finding.id));
  return (
    <div className="finding" data-open={open || undefined} data-dimmed={dimmed || undefined}>
      <span className="finding-sign">
        <Sign sign={finding.sign} severity={finding.severity} size={17} label="" />
      </span>
      <div className="finding-body">
        <h3 className="finding-title">
          <button
            type="button"
            data-finding={finding.id}
            aria-expanded={open}
            tabIndex={current ? 0 : -1}
            onClick={onToggle}
            onFocus={onFocus}
            onKeyDown={onKeyDown}
          >
            <span className="visually-hidden">{SEVERITY_WORDS[finding.severity][0]}: </span>
            {finding.title}
          </button>
        </h3>
        <div className="finding-line">
          {finding.owners.map((owner) => (
            <OwnerFilter key={owner} owner={owner} pressed={filtered.includes(owner)} onOwner={onOwner} />
          ))}
          <span>{wordOf(finding)}</span>
          <NoteMark note={note} />
        </div>
        {open ? <FindingDetail finding={finding} /> : null}
      </div>
    </div>
  );
}

interface OwnerFilterProps {
  readonly owner: OwnerId;
  readonly pressed: boolean;
  readonly onOwner: (owner: OwnerId) => void;
}

function OwnerFilter({ owner, pressed, onOwner }: OwnerFilterProps): ReactElement {
  const look = useOwner(owner);
  const label = pressed ? `${look.short}: show all owners again` : `${look.short}: only its findings`;
  return (
    <button
      type="button"
      className="finding-owner"
      tabIndex={-1}
      aria-pressed={pressed}
      title={label}
      onClick={() => onOwner(owner)}
    >
      <span className="visually-hidden">{label}</span>
      <OwnerChip slot={look.slot} initials={look.initials} barred={look.barred} size="small" />
    </button>
  );
}
