/** A question before something that cannot be undone. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

interface Question {
  text: string;
  /** What the button says that does it. */
  yes: string;
  answer: (isYes: boolean) => void;
}

const asked = signal<Question | undefined>(undefined);

/** Asks, and gives whether the answer was yes; Escape is a no. Where `Confirmation` stands is asked. */
export function confirmed(text: string, yes: string): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((answer) => {
    asked.value = { text, yes, answer };
  });
}

/** Shows the question that is asked, if one is. */
export function Confirmation() {
  const question = asked.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (question) dialog.current?.showModal();
  }, [question]);
  if (!question) return null;
  const onClose = () => {
    asked.value = undefined;
    question.answer(dialog.current?.returnValue === 'yes');
  };
  return (
    <dialog class="question" aria-label={question.text} ref={dialog} onClose={onClose}>
      <p>{question.text}</p>
      <form method="dialog" class="row">
        <button class="danger" value="yes">
          {question.yes}
        </button>
        <button value="no" autofocus>
          No, go back
        </button>
      </form>
    </dialog>
  );
}
