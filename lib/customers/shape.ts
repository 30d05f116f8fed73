/** A customer as forms and menus offer it. */
export interface CustomerChoice {
  id: string;
  name: string;
}

/** How many a form offers at once; beyond that one searches. */
export const CUSTOMER_CHOICES_MAX = 200;
