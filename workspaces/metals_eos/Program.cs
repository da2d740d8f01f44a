using Common;
using MetalsEos;

const string Usage = "energy --element E --strain PERCENT | fit --element E | rank; energy and rank take --parameters FILE";

return CommandLine.Run("metals_eos", Usage, args, (verb, rest) => verb switch
    {
        "energy" => Verbs.Energy(Arguments.Parse(rest, "--element", "--strain", "--parameters")),
        "fit" => Verbs.Fit(Arguments.Parse(rest, "--element")),
        "rank" => Verbs.Rank(Arguments.Parse(rest, "--parameters")),
        _ => null,
    });
