"""The words of the glossary as frozen data. Imports no stage; every stage imports it."""
