"""A training that is watched from outside: records that another process appends, valid after every one of them."""
