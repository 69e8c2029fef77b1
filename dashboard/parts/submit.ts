import type { FormEvent } from "react";

/** For a form's `onSubmit`: does it here, where the browser would leave the page. */
export const submit = (act: () => void) => (event: FormEvent) => {
  event.preventDefault();
  act();
};
