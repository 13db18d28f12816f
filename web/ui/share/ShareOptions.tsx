/** Which part of the workspace is shared, and what stays out of it. */
import type { ReactElement } from 'react';
import { useAnswer } from '../use-answer.ts';
import { useStore } from '../use-store.ts';
import { baseChainsOf, type ChainChoice, type ShareChoice } from './share-choice.ts';

interface OptionsProps {
  readonly choice: ShareChoice;
  readonly onChoose: (choice: ShareChoice) => void;
}

export function ShareOptions({ choice, onChoose }: OptionsProps): ReactElement {
  const notes = useStore((state) => state.notes.length);
  const isRead = useStore((state) => state.overview !== null);
  return (
    <fieldset className="share-options" aria-label="What is shared">
      {isRead ? <Chains choice={choice} onChoose={onChoose} /> : null}
      <Toggle
        label="Include the view: family, selection, filters"
        checked={choice.view}
        onChange={(view) => onChoose({ ...choice, view })}
      />
      {notes > 0 ? (
        <Toggle
          label={`Include the notes (${notes})`}
          checked={choice.notes}
          onChange={(included) => onChoose({ ...choice, notes: included })}
        />
      ) : null}
      <Toggle
        label="Include counters"
        checked={choice.counters}
        disabled={!isRead}
        onChange={(counters) => onChoose({ ...choice, counters })}
      />
      <label className="share-toggle share-comments">
        Comments
        <select
          className="input"
          disabled={!isRead}
          value={choice.comments}
          onChange={(event) => onChoose({ ...choice, comments: event.target.value as ShareChoice['comments'] })}
        >
          <option value="all">all of them</option>
          <option value="no-hashes">without Calico’s rule hashes</option>
          <option value="none">none: some programs are then not recognised</option>
        </select>
      </label>
      <Toggle
        label="Anonymise: other addresses and names, the same rules"
        checked={choice.anonymise}
        onChange={(anonymise) => onChoose({ ...choice, anonymise })}
      />
    </fieldset>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Toggle({ label, checked, disabled = false, onChange }: ToggleProps): ReactElement {
  return (
    <label className="share-toggle">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

/** The selected chain first, then base chains. */
function useChoices(): readonly ChainChoice[] {
  const overview = useStore((state) => state.overview);
  const selected = useStore(({ selection, chain }) => (selection && 'chain' in selection ? selection.chain : chain));
  const { answer } = useAnswer('chain', selected === null ? null : { chain: selected });
  const bases = baseChainsOf(overview);
  if (!answer || selected === null || bases.some(({ chain }) => chain === selected)) {
    return [...bases].sort((a, b) => Number(b.chain === selected) - Number(a.chain === selected));
  }
  const { family, table, chain } = answer.address;
  return [{ chain: selected, name: `${family} ${table} ${chain ?? ''}` }, ...bases];
}

function Chains({ choice, onChoose }: OptionsProps): ReactElement | null {
  const choices = useChoices();
  const [first] = choices;
  if (!first) return null;
  const { chains } = choice;
  const toggle = (chain: number, on: boolean): void => {
    const others = (chains ?? []).filter((one) => one !== chain);
    onChoose({ ...choice, chains: on ? [...others, chain] : others });
  };
  return (
    <>
      <div className="share-part" role="radiogroup" aria-label="Part of the workspace">
        <label className="share-radio">
          <input type="radio" checked={chains === null} onChange={() => onChoose({ ...choice, chains: null })} />
          <span>Whole workspace</span>
        </label>
        <label className="share-radio">
          <input
            type="radio"
            checked={chains !== null}
            onChange={() => onChoose({ ...choice, chains: [first.chain] })}
          />
          <span>Only some chains and what they need</span>
        </label>
      </div>
      {chains === null ? null : (
        <ul className="share-chains" aria-label="Chains">
          {choices.map(({ chain, name }) => (
            <li key={chain}>
              <Toggle label={name} checked={chains.includes(chain)} onChange={(on) => toggle(chain, on)} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
