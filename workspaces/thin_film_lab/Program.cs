using Common;
using ThinFilmLab;

const string Usage =
    "predict --seconds S --rate NM_PER_S | reconcile --sample N --seconds S | instrument --watch FOLDER [--requests N] | instrument "
    + "--listen URL [--spool FOLDER]; instrument takes --machine FILE; all take --constants FILE";

return CommandLine.Run("thin_film_lab", Usage, args, (verb, rest) => verb switch
    {
        "predict" => Verbs.Predict(Arguments.Parse(rest, "--seconds", "--rate", "--constants")),
        "reconcile" => Verbs.Reconcile(Arguments.Parse(rest, "--sample", "--seconds", "--constants")),
        "instrument" => Verbs.Instrument(Arguments.Parse(rest, "--watch", "--listen", "--spool", "--machine", "--requests", "--constants")),
        _ => null,
    });
