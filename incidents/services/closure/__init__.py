"""The end and what follows it (§5.4.5, 6): closed, settled, evaluated, filed, seen again."""
