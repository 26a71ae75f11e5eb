"""Tables that the operator brings in from files (`flask import`): products, members of groups, orders."""
