"""The only code that talks to AWS. It knows no Django and no model: plain values in, values of ``dashboard.core`` out."""
