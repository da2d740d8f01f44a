using System.Globalization;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Results;

/// <summary>What went wrong with the cache, from any thread: the first ones as they are, the others as a number.</summary>
internal sealed class CacheWarnings
{
    private const int Told = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<ProblemCode, int> _counts = [];
    private readonly List<Problem> _waiting = [];

    public void Add(Problem problem)
    {
        lock (_gate)
        {
            if ((_counts[problem.Code] = _counts.GetValueOrDefault(problem.Code) + 1) <= MostOf(problem.Code))
            {
                _waiting.Add(problem);
            }
        }
    }

    /// <summary>What is to be told and was not yet.</summary>
    public IReadOnlyList<Problem> Take()
    {
        lock (_gate)
        {
            var taken = _waiting.ToArray();
            _waiting.Clear();
            return taken;
        }
    }

    /// <summary>What was not told of.</summary>
    public IReadOnlyList<Problem> TakeRest()
    {
        lock (_gate)
        {
            var rest = _counts.Where(c => c.Value > MostOf(c.Key) && c.Key != CacheCodes.NotReadable)
                .Select(c => Problem.Of(c.Key, string.Create(CultureInfo.InvariantCulture, $"The same of {c.Value - MostOf(c.Key)} further tasks")).AsWarning()).ToList();
            _counts.Clear();
            return rest;
        }
    }

    // Who may read is a matter of the folder, not of each file in it.
    private static int MostOf(ProblemCode code) => code == CacheCodes.NotReadable ? 1 : Told;
}
