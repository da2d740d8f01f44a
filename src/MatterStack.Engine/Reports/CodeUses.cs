using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports;

/// <summary>Counts the attempts that used each version of a code.</summary>
internal sealed class CodeUses
{
    private readonly Dictionary<(AttemptCodeRow Code, OperatorKey Key), int> _attempts = [];

    /// <summary>Codes as attempts used them, with the number of attempts, by name and operator key.</summary>
    public IEnumerable<(AttemptCodeRow Code, OperatorKey Key, int Attempts)> All =>
        _attempts
            .OrderBy(static use => use.Key.Code.Code, StringComparer.Ordinal)
            .ThenBy(static use => use.Key.Key)
            .Select(static use => (use.Key.Code, use.Key.Key, use.Value));

    /// <summary>Codes with more than one known version, and these.</summary>
    public IEnumerable<(string Code, IReadOnlyList<string> Versions)> Mixed =>
        _attempts
            .Keys.Where(static use => use.Code.Version is not null)
            .GroupBy(static use => use.Code.Code, static use => use.Code.Version!, StringComparer.Ordinal)
            .Select(static code => (Code: code.Key, Versions: code.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList()))
            .Where(static code => code.Versions.Count > 1)
            .OrderBy(static code => code.Code, StringComparer.Ordinal)
            .Select(static code => (code.Code, (IReadOnlyList<string>)code.Versions));

    public void AddAttempt(AttemptRow attempt)
    {
        foreach (var code in attempt.Codes)
        {
            var use = (code, attempt.OperatorKey);
            _attempts[use] = _attempts.GetValueOrDefault(use) + 1;
        }
    }
}
