/** A quantity that is typed, or changed step by step. */
import { useState } from 'preact/hooks';
import { MAX_QUANTITY } from '../lib/line.ts';

/**
 * A number with a button on either side. What is typed takes effect at once, and stays in the field as it
 * was typed until the field is left. `most` is where the steps end.
 */
export function Quantity({
  name,
  quantity,
  most,
  form,
  onChange,
}: {
  /** What it is the quantity of. */
  name: string;
  quantity: number;
  most: number;
  /** The id of the form whose sending checks it. */
  form?: string | undefined;
  onChange: (quantity: number) => void;
}) {
  const [typed, setTyped] = useState<string>();
  const step = (by: number, isEnd: boolean) => {
    if (isEnd) return;
    setTyped(undefined);
    onChange(quantity + by);
  };
  return (
    <div class="stepper" role="group" aria-label={`Quantity of ${name}`}>
      <Step
        sign="−"
        label={`One less of ${name}`}
        isEnd={quantity <= 1}
        onStep={(end) => step(-1, end)}
      />
      <input
        type="number"
        inputMode="numeric"
        required
        min={1}
        max={MAX_QUANTITY}
        step={1}
        form={form}
        aria-label={`Quantity of ${name}`}
        value={typed ?? quantity}
        onInput={({ currentTarget: { value, valueAsNumber, validity } }) => {
          setTyped(value);
          if (validity.valid) onChange(valueAsNumber);
        }}
        onBlur={({ currentTarget: { validity } }) => {
          // What is no quantity stays, for whoever typed it to see.
          if (validity.valid) setTyped(undefined);
        }}
      />
      <Step
        sign="+"
        label={`One more of ${name}`}
        isEnd={quantity >= most}
        onStep={(end) => step(1, end)}
      />
    </div>
  );
}

/** A button that is not disabled at the end, which would take the focus away. */
function Step({
  sign,
  label,
  isEnd,
  onStep,
}: {
  sign: string;
  label: string;
  isEnd: boolean;
  onStep: (isEnd: boolean) => void;
}) {
  return (
    <button type="button" aria-label={label} aria-disabled={isEnd} onClick={() => onStep(isEnd)}>
      {sign}
    </button>
  );
}
