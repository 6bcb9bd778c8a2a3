module github.com/ledgermill/ledgermill/posting/postingtest

go 1.26

require github.com/ledgermill/ledgermill v0.0.0

replace github.com/ledgermill/ledgermill => ../..
