module github.com/ledgermill/ledgermill/posting/postingtest

go 1.26.0

require (
	github.com/ledgermill/ledgermill v0.0.0
	github.com/shopspring/decimal v1.6.0
	github.com/stretchr/testify v1.12.1
	go.yaml.in/yaml/v3 v3.0.5
)

require github.com/google/uuid v1.6.0 // indirect

replace github.com/ledgermill/ledgermill => ../..
