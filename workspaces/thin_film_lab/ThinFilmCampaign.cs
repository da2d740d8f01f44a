using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MatterStack.Engine.Campaigns;

namespace ThinFilmLab;

/// <summary>A film that was made and measured.</summary>
/// <param name="Sample">Its number.</param>
/// <param name="Seconds">Time of deposition.</param>
/// <param name="PredictedNm">Thickness it was to have.</param>
/// <param name="MeasuredNm">Thickness it has.</param>
/// <param name="IsOnTarget">Whether that is what is wanted.</param>
public sealed record Film(int Sample, double Seconds, double PredictedNm, double MeasuredNm, bool IsOnTarget);

/// <summary>What the campaign remembers between films.</summary>
/// <param name="Films">All that were made.</param>
/// <param name="Rate">What the source is now believed to deposit, nm/s.</param>
public sealed record ThinFilmState(IReadOnlyList<Film> Films, double Rate);

/// <summary>Predicts a film, has it made and measured, compares, and makes another one with what was learnt until one is on
/// target.</summary>
public sealed class ThinFilmCampaign : Campaign<ThinFilmState>
{
    /// <summary>A source that is not understood after so many films needs a person.</summary>
    private const int MostFilms = 4;

    /// <inheritdoc />
    public override Workflow? Plan(ThinFilmState? state) =>
        state switch
        {
            null => Make(1, Laboratory.NominalRate),
            { Films: [.., { IsOnTarget: true }] } or { Films.Count: >= MostFilms } => null,
            _ => Make(state.Films.Count + 1, state.Rate),
        };

    /// <inheritdoc />
    public override ThinFilmState Analyze(ThinFilmState? state, TaskResults results)
    {
        var sample = (state?.Films.Count ?? 0) + 1;
        var found = results[$"reconcile_{sample}"].GetResult<Reconciled>();
        return new ThinFilmState(
            [.. state?.Films ?? [], new Film(sample, found.Seconds, found.PredictedNm, found.MeasuredNm, found.IsOnTarget)],
            found.Rate
        );
    }

    private static Workflow Make(int sample, double rate)
    {
        // Rounded to what a shutter can be set to, so that command and request say the same.
        var seconds = Math.Round(Laboratory.Target / rate, 2);
        var recipe = Laboratory.Recipe(seconds, rate);
        return
        [
            new CampaignTask
            {
                Id = $"predict_{sample}",
                Command = string.Create(CultureInfo.InvariantCulture, $"{{campaign}} predict --seconds {seconds} --rate {rate}"),
                Files = [new FileRequest(Optics.DefaultPath)],
                Outputs = ["prediction.csv", "results.json"],
            },
            new CampaignTask
            {
                Id = $"measure_{sample}",
                Kind = TaskKind.Experiment,
                DependsOn = [$"predict_{sample}"],
                Message = $"Deposit film {sample} and measure its reflectivity.",
                Parameters = Parameters(recipe, sample),
                Outputs = ["curve.csv"],
            },
            new CampaignTask
            {
                Id = $"reconcile_{sample}",
                Command = string.Create(CultureInfo.InvariantCulture, $"{{campaign}} reconcile --sample {sample} --seconds {seconds}"),
                DependsOn = [$"predict_{sample}", $"measure_{sample}"],
                Files = [new FileRequest(Optics.DefaultPath)],
                Outputs = ["results.json"],
            },
        ];
    }

    private static string Parameters(Recipe recipe, int sample)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("sample", sample);
            recipe.Write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed record Reconciled(
        [property: JsonPropertyName("deposition_s")] double Seconds,
        [property: JsonPropertyName("predicted_nm")] double PredictedNm,
        [property: JsonPropertyName("measured_nm")] double MeasuredNm,
        [property: JsonPropertyName("on_target")] bool IsOnTarget,
        [property: JsonPropertyName("rate_nm_per_s")] double Rate
    );
}
