/** The page's one file input, out of sight: buttons and menus open its picker. */
import type { ChangeEvent, ReactElement } from 'react';
import { addFiles, FILE_INPUT } from './intake.ts';

export function FileInput(): ReactElement {
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(currentTarget.files ?? [])];
    // Choosing the same file again must be a change again.
    currentTarget.value = '';
    void addFiles(files);
  };
  return <input id={FILE_INPUT} type="file" multiple hidden aria-label="Choose files" onChange={take} />;
}
