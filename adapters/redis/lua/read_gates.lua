-- uses: gates
-- job_store::read_gates. Reply: 'gates', gates.
return {'gates', read_gates()}
