module github.com/ledgermill/ledgermill/examples

go 1.26

require (
	github.com/ledgermill/ledgermill v0.0.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/shopspring/decimal v1.6.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace (
	github.com/ledgermill/ledgermill => ..
	github.com/ledgermill/ledgermill/posting/postingtest => ../posting/postingtest
	github.com/ledgermill/ledgermill/storage/sqlite => ../storage/sqlite
)
