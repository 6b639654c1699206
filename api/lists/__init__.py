"""Lists that offices keep already: patents, contracts, registrations, arrivals; read and compared."""
