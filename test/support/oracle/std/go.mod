module regctl.test/std

go 1.23
