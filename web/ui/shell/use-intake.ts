/** Drop and paste anywhere on the page, except where the user types. */
import { useEffect, useState } from 'react';
import { addFiles, addPastedText } from './intake.ts';

/** @returns whether files or text are being dragged over the page. */
export function useIntake(): boolean {
  const [dragging, setDragging] = useState(false);

  useEffect(() => {
    // dragenter and dragleave come in pairs for every element under the pointer.
    let depth = 0;
    const enter = (event: DragEvent): void => {
      if (!carries(event.dataTransfer)) return;
      depth++;
      setDragging(true);
    };
    const leave = (event: DragEvent): void => {
      if (!carries(event.dataTransfer)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setDragging(false);
    };
    const over = (event: DragEvent): void => {
      if (!carries(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    };
    const drop = (event: DragEvent): void => {
      depth = 0;
      setDragging(false);
      const data = event.dataTransfer;
      if (!carries(data) || data === null) return;
      // Without this the browser would leave the page for the file.
      event.preventDefault();
      if (data.files.length > 0) void addFiles([...data.files]);
      else addPastedText(data.getData('text/plain'));
    };
    const paste = (event: ClipboardEvent): void => {
      if (isTyping(event.target) || document.querySelector('[role="dialog"]')) return;
      const data = event.clipboardData;
      if (!data) return;
      event.preventDefault();
      const text = data.getData('text/plain');
      // Office programs put a picture of the text beside the text.
      if (text === '' && data.files.length > 0) void addFiles([...data.files]);
      else addPastedText(text);
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', over);
    addEventListener('drop', drop, true);
    addEventListener('paste', paste);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', over);
      removeEventListener('drop', drop, true);
      removeEventListener('paste', paste);
    };
  }, []);

  return dragging;
}

function carries(data: DataTransfer | null): boolean {
  return data !== null && (data.types.includes('Files') || data.types.includes('text/plain'));
}

/** The editor and the fields take their own paste. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select, .monaco-editor') !== null;
}
