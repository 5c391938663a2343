"""Who somebody is: accounts, posts, keys, how one is reached; what passes on with a post."""
