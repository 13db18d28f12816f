/** One field of the packet: a text with completions from the dump, and what is wrong with it below. Keyboard as cmdk's lists everywhere. */
import { Command } from 'cmdk';
import { Popover } from 'radix-ui';
import { type KeyboardEvent, type ReactElement, useId, useLayoutEffect, useRef, useState } from 'react';
import type { FieldNote } from '../../packet/check.ts';
import { defaultOf, type PacketField as Field, type PacketForm, withField } from '../../packet/form.ts';
import type { Completion } from '../../worker/protocol.ts';
import { KnownOwnerTag } from '../inspector/owners.tsx';
import { useAnswer } from '../use-answer.ts';
import { useDebounced } from '../use-debounced.ts';
import { store, useStore } from '../use-store.ts';

const LIMIT = 8;
/** Milliseconds without a keystroke before the worker is asked. */
const PAUSE = 60;

export interface PacketFieldProps {
  readonly field: Field;
  readonly label: string;
  /** What an empty field means, where it has no default: `by routing`. */
  readonly blank?: string;
  readonly note: FieldNote | null;
  /** `wide`: a line of its own; `narrow`: three in a line. */
  readonly size?: 'wide' | 'narrow';
  /** Another form than the traced packet's. */
  readonly binding?: Binding;
}

export interface Binding {
  readonly form: PacketForm;
  readonly setForm: (form: PacketForm) => void;
}

export function PacketField({ field, label, blank, note, size, binding }: PacketFieldProps): ReactElement {
  const id = useId();
  const traced = useStore((state) => state.trace.form);
  const form = binding?.form ?? traced;
  const setForm = binding?.setForm ?? store.getState().setPacket;
  const text = form[field] ?? '';
  const [open, setOpen] = useState(false);
  const [touched, setTouched] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const asked = useDebounced(text, PAUSE);
  const completions = useCompletions(form, field, asked, open);
  const listed = open && completions.length > 0;
  // Nothing is chosen until somebody goes to it: Enter behind a whole address must not take a longer one.
  const [active, setActive] = useState('');
  const moved = useRef(false);
  const rest = (): void => {
    moved.current = false;
    setActive('');
  };
  // cmdk always says that the list is there.
  useLayoutEffect(() => input.current?.setAttribute('aria-expanded', String(listed)), [listed]);
  const shown = note !== null && (text !== '' || touched) ? note : null;
  const placeholder = (binding ? '' : defaultOf(field, form)) || blank || '';
  const choose = (completion: Completion): void => {
    setForm(binding ? withField(form, field, completion.value) : completion.form);
    setOpen(false);
    rest();
  };
  return (
    <div className="packet-field" data-wide={size === 'wide' || undefined} data-narrow={size === 'narrow' || undefined}>
      <label htmlFor={id}>{label}</label>
      <Command
        shouldFilter={false}
        vimBindings={false}
        label={label}
        className="packet-combobox"
        value={active}
        onValueChange={(value) => {
          if (moved.current) setActive(value);
        }}
      >
        <Popover.Root open={listed} onOpenChange={setOpen}>
          <Popover.Anchor asChild>
            <Command.Input
              ref={input}
              id={id}
              className="input mono"
              value={text}
              placeholder={placeholder}
              aria-invalid={shown?.severity === 'error'}
              aria-describedby={shown ? `${id}-note` : undefined}
              onValueChange={(value) => {
                setForm(withField(form, field, value));
                setOpen(true);
                rest();
              }}
              onKeyDown={(event) => {
                if (listed && event.key.startsWith('Arrow')) moved.current = true;
                onKey(event, listed, active !== '', setOpen);
              }}
              onFocus={() => setOpen(false)}
              onClick={() => setOpen(true)}
              onBlur={() => {
                setOpen(false);
                setTouched(true);
                rest();
              }}
            />
          </Popover.Anchor>
          {text === '' ? null : (
            <ClearButton label={label} onClear={() => clear({ form, setForm }, field, input.current)} />
          )}
          <Popover.Content
            className="packet-completions"
            align="start"
            sideOffset={3}
            onOpenAutoFocus={(event) => event.preventDefault()}
            onCloseAutoFocus={(event) => event.preventDefault()}
            onInteractOutside={(event) => {
              if (event.target === input.current) event.preventDefault();
            }}
          >
            <Command.List
              onPointerMoveCapture={() => {
                moved.current = true;
              }}
            >
              {completions.map((completion) => (
                <CompletionItem
                  key={`${completion.value} ${completion.label}`}
                  completion={completion}
                  onChoose={() => choose(completion)}
                />
              ))}
            </Command.List>
          </Popover.Content>
        </Popover.Root>
      </Command>
      {shown ? <NoteLine id={`${id}-note`} note={shown} /> : null}
    </div>
  );
}

function useCompletions(form: PacketForm, field: Field, text: string, open: boolean): readonly Completion[] {
  const { answer } = useAnswer('complete', open ? { form, field, text, limit: LIMIT } : null);
  const found = open ? (answer ?? []) : [];
  // What is written already needs no completion.
  return found.length === 1 && found[0]?.value === text && found[0].label === text ? [] : found;
}

/** Where nothing is chosen in the list, Enter traces and the arrows open it; Home and End are the text's. */
function onKey(event: KeyboardEvent, listed: boolean, chosen: boolean, setOpen: (open: boolean) => void): void {
  const plainEnter = event.key === 'Enter' && !(listed && chosen);
  // What is asked by it needs no completion any more.
  if (plainEnter) setOpen(false);
  if (event.key === 'Home' || event.key === 'End' || plainEnter) event.stopPropagation();
  else if (event.key === 'Escape' && listed) {
    setOpen(false);
    event.stopPropagation();
  } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !listed) {
    setOpen(true);
    event.stopPropagation();
    event.preventDefault();
  }
}

function clear({ form, setForm }: Binding, field: Field, input: HTMLInputElement | null): void {
  setForm(withField(form, field, ''));
  input?.focus();
}

function ClearButton({ label, onClear }: { readonly label: string; readonly onClear: () => void }): ReactElement {
  return (
    <button
      type="button"
      className="packet-clear"
      aria-label={`Clear ${label}`}
      title={`Clear ${label}`}
      onClick={onClear}
    >
      ×
    </button>
  );
}

function CompletionItem({
  completion,
  onChoose,
}: {
  readonly completion: Completion;
  readonly onChoose: () => void;
}): ReactElement {
  const { value, label, detail, owner } = completion;
  return (
    <Command.Item value={`${value} ${label}`} onSelect={onChoose} onPointerDown={(event) => event.preventDefault()}>
      {owner === null ? null : <KnownOwnerTag owner={owner} />}
      <span className={label === value ? 'mono' : ''}>{label}</span>
      <span className="quiet packet-completion-detail">{detail}</span>
    </Command.Item>
  );
}

function NoteLine({ id, note }: { readonly id: string; readonly note: FieldNote }): ReactElement {
  return (
    <p id={id} className="packet-note" data-severity={note.severity}>
      {note.message}
      {note.fix ? (
        <>
          {' '}
          <button
            type="button"
            className="link-button"
            onClick={() => {
              if (note.fix) store.getState().setPacket(note.fix.form);
            }}
          >
            {note.fix.label}
          </button>
        </>
      ) : null}
    </p>
  );
}
