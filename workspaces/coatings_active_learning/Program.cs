using CoatingsActiveLearning;
using Common;

const string Usage =
    "evaluate --metals A,B,C --composition N,N,N | front --metals A,B,C [--areas N,N,… --promises N,N,…] | grid --metals A,B,C [--against "
    + "results.json]";

return CommandLine.Run("coatings_active_learning", Usage, args, (verb, rest) => verb switch
    {
        "evaluate" => Verbs.Evaluate(Arguments.Parse(rest, "--metals", "--composition")),
        "front" => Verbs.Front(Arguments.Parse(rest, "--metals", "--areas", "--promises")),
        "grid" => Verbs.Grid(Arguments.Parse(rest, "--metals", "--against")),
        _ => null,
    });
