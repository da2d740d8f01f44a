using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <content>Codes of attempts.</content>
internal sealed partial class RunReader
{
    private ILookup<string, AttemptCodeRow>? _codes;

    // Most runs have none.
    private AttemptRow AddCodes(AttemptRow attempt)
    {
        _codes ??= ReadCodes();
        if (!_codes.Contains(attempt.AttemptId.Value))
        {
            return attempt;
        }

        // A cached result has the versions of the attempt that computed it.
        var versions = attempt.Origin?.CodeVersions ?? new Dictionary<string, string>();
        return attempt with
        {
            Codes =
            [
                .. _codes[attempt.AttemptId.Value]
                    .Select(code => attempt.CachedFrom is null ? code : code with { Version = versions.GetValueOrDefault(code.Code) }),
            ],
        };
    }

    // Of two attempts that begin together, one determines the version for both.
    private ILookup<string, AttemptCodeRow> ReadCodes()
    {
        var rows = QueryRows(
                "SELECT c.attempt_id, c.code, c.code_sha256, c.version, a.operator_key FROM attempt_codes c JOIN attempts a ON "
                    + "a.attempt_id = c.attempt_id ORDER BY a.seq, c.code",
                r =>
                    (
                        Attempt: r.GetString(0),
                        Code: r.GetString(1),
                        Hash: StoreText.GetHash(r, 2),
                        Version: StoreText.Find(r, 3),
                        Key: r.GetString(4)
                    )
            )
            .ToList();
        var known = new Dictionary<(string Code, Sha256 Hash, string Key), string>();
        foreach (var row in rows)
        {
            if (row.Version is { } version)
            {
                known.TryAdd((row.Code, row.Hash, row.Key), version);
            }
        }

        return rows.ToLookup(
            row => row.Attempt,
            row => new AttemptCodeRow(row.Code, row.Hash, row.Version ?? known.GetValueOrDefault((row.Code, row.Hash, row.Key))),
            StringComparer.Ordinal
        );
    }
}
